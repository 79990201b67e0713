"""Log files: torn tails, foreign writers, full disks."""

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrator.state.errors import CorruptStateError, SlotTakenError, StoreUnavailableError
from orchestrator.state.storage import Log
from orchestrator.state.stores.directory import directory_storage
from orchestrator.state.stores.directory_disk import WriteStep
from storages import log_record

RECORDS = [log_record(slot, b"body of %d" % slot) for slot in (1, 2, 3)]


def new_log(root: Path) -> Log:
    return directory_storage(root).log


def file_of(root: Path) -> Path:
    return root / ".hoist" / "logs" / "log.log"


def write(root: Path, count: int) -> bytes:
    """The file after that many records."""
    log = new_log(root)
    for record in RECORDS[:count]:
        log.append("log", record)
    return file_of(root).read_bytes()


def fail_at(step: WriteStep) -> Callable[[WriteStep], None]:
    def on_step(reached: WriteStep) -> None:
        if reached is step:
            raise OSError(28, "No space left on device")

    return on_step


@pytest.mark.parametrize("goes_on", ["reads", "appends"])
def test_a_log_cut_anywhere_in_its_last_frame_goes_on(tmp_path: Path, goes_on: str) -> None:
    """At every byte where a crash may have ended the file, the last slot is free again."""
    before = len(write(tmp_path / "two", 2))
    whole = write(tmp_path / "three", 3)
    assert len(whole) > before

    for end in range(before, len(whole)):
        root = tmp_path / f"{end}"
        write(root, 1)
        file_of(root).write_bytes(whole[:end])
        log = new_log(root)
        if goes_on == "reads":
            assert list(log.read("log")) == RECORDS[:2]
            assert file_of(root).stat().st_size == before

        log.append("log", log_record(3, b"another"))

        assert list(new_log(root).read("log")) == [*RECORDS[:2], log_record(3, b"another")]


def test_a_damaged_middle_is_never_dropped(tmp_path: Path) -> None:
    """A frame that does not match its checksum, with one behind it, stops reads and appends."""
    content = bytearray(write(tmp_path, 3))
    content[len(content) // 2] ^= 1
    file_of(tmp_path).write_bytes(content)
    log = new_log(tmp_path)

    for _ in range(2):
        with pytest.raises(CorruptStateError, match="log.log"):
            log.read("log")
        with pytest.raises(CorruptStateError, match="log.log"):
            log.append("log", log_record(4))

    assert file_of(tmp_path).read_bytes() == content


@pytest.mark.parametrize("content", [b"", b"hoist", b"hoist log 2\n", b"something else"])
def test_a_file_that_is_no_log_is_refused(tmp_path: Path, content: bytes) -> None:
    """A log begins as a whole file, so that a wrong beginning is damage or another version."""
    write(tmp_path, 1)
    file_of(tmp_path).write_bytes(content)

    with pytest.raises(CorruptStateError, match="begin"):
        new_log(tmp_path).read("log")


@pytest.mark.parametrize(
    ("step", "count"), [(WriteStep.TEMPORARY_WRITTEN, 0), (WriteStep.FRAME_WRITTEN, 2)]
)
def test_a_failed_write_leaves_no_frame(tmp_path: Path, step: WriteStep, count: int) -> None:
    """What could not be made durable is not readable either, and its slot is free."""
    for record in RECORDS[:count]:
        new_log(tmp_path).append("log", record)
    failing = directory_storage(tmp_path, on_step=fail_at(step)).log

    with pytest.raises(StoreUnavailableError):
        failing.append("log", log_record(count + 1, b"lost"))

    assert list(new_log(tmp_path).read("log")) == RECORDS[:count]
    new_log(tmp_path).append("log", log_record(count + 1, b"later"))
    with pytest.raises(SlotTakenError):
        failing.append("log", log_record(count + 1, b"lost"))


def test_writers_that_take_turns_see_each_other(tmp_path: Path) -> None:
    """What a writer remembers of the file's end is checked against the file each time."""
    one, other = new_log(tmp_path), new_log(tmp_path)

    for slot in range(1, 9):
        (one if slot % 2 else other).append("log", log_record(slot))
    with pytest.raises(SlotTakenError):
        one.append("log", log_record(8))

    assert [record.slot for record in one.read("log")] == list(range(1, 9))


def test_a_drop_that_died_half_way_is_finished(tmp_path: Path) -> None:
    """Once the mark is there the log reads as empty, and dropping again removes the file."""
    write(tmp_path, 2)
    stopping = directory_storage(tmp_path, on_step=fail_at(WriteStep.FOLDER_SYNCED)).log
    with pytest.raises(StoreUnavailableError):
        stopping.drop("log")
    assert file_of(tmp_path).exists()

    assert list(new_log(tmp_path).read("log")) == []
    with pytest.raises(SlotTakenError):
        new_log(tmp_path).append("log", log_record(3))
    new_log(tmp_path).drop("log")

    assert not file_of(tmp_path).exists()


def test_only_the_owner_reads_the_files(tmp_path: Path) -> None:
    """Files are 0600 and folders 0700: they hold the state of the infrastructure."""
    storage = directory_storage(tmp_path / "store")
    storage.log.append("log", log_record(1))
    storage.objects.put("a/b", b"", if_etag=None)

    paths = [tmp_path / "store", *(tmp_path / "store").rglob("*")]
    modes = {path.stat().st_mode & 0o777 for path in paths if path.is_file()}
    folder_modes = {path.stat().st_mode & 0o777 for path in paths if path.is_dir()}

    assert (modes, folder_modes) == ({0o600}, {0o700})
