"""The bytes of a zip."""

import tempfile
import zipfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from building.zips import write_zip
from project_directories import PlainFile, write_tree
from trees_for_zips import trees, write_differently

umasks = st.sampled_from([0o000, 0o022, 0o027, 0o077])
times = st.integers(0, 2**31 - 1)


def zip_of(tree: Path) -> bytes:
    target = tree.parent / "made.zip"
    write_zip(tree, target)
    return target.read_bytes()


@given(files=trees, data=st.data())
def test_the_same_tree_is_the_same_bytes(files: dict[str, PlainFile], data: st.DataObject) -> None:
    """Neither place, order, times nor umask of the files leave a trace in the zip."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        first = write_tree(Path(one) / "tree", files)
        second = write_differently(
            Path(other) / "a checkout elsewhere",
            files,
            order=data.draw(st.permutations(sorted(files))),
            umask=data.draw(umasks),
            time=data.draw(times),
        )

        assert zip_of(first) == zip_of(second)


@given(files=trees)
def test_what_goes_in_comes_out(files: dict[str, PlainFile]) -> None:
    """Names, contents and the right to execute survive, and nothing is added."""
    with tempfile.TemporaryDirectory() as directory:
        write_tree(Path(directory) / "tree", files)
        zip_of(Path(directory) / "tree")
        with zipfile.ZipFile(Path(directory) / "made.zip") as archive:
            found = {
                entry.filename: PlainFile(
                    archive.read(entry), is_executable=entry.external_attr >> 16 == 0o100755
                )
                for entry in archive.infolist()
            }
            modes = {entry.external_attr >> 16 for entry in archive.infolist()}

    assert found == files
    assert modes <= {0o100644, 0o100755}


@given(first=trees, second=trees)
def test_another_tree_is_other_bytes(
    first: dict[str, PlainFile], second: dict[str, PlainFile]
) -> None:
    """Two trees have one zip only if they are equal."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        zips = (
            zip_of(write_tree(Path(one) / "tree", first)),
            zip_of(write_tree(Path(other) / "tree", second)),
        )

    assert (zips[0] == zips[1]) == (first == second)
