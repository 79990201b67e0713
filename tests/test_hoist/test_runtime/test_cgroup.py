"""Control groups as files."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.runtime.measurements import Quantity
from hoist.runtime.sources.cgroup import V1, V2, Cgroup, Layout, find_cgroup

LIMIT = 268_435_456


def make_group(folder: Path, layout: Layout, *, limit: str = str(LIMIT)) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / layout.used).write_text("100000\n")
    (folder / layout.limit).write_text(f"{limit}\n")
    (folder / layout.peak).write_text("200000\n")
    reclaimable = layout.reclaimable.decode()
    (folder / "memory.stat").write_text(f"cache 1\n{reclaimable} 40000\nunevictable 0\n")


def numbers_of(group: Cgroup | None) -> dict[Quantity, float]:
    assert group is not None
    return {at.quantity: at.value for at in group.measure()}


@pytest.mark.parametrize(
    ("layout", "folder", "membership"),
    [
        (V2, "jobs/one", "0::/jobs/one\n"),
        # A container's own view: the path is the host's, the mount its own group.
        (V2, "", "0::/system.slice/docker-1234.scope\n"),
        (V1, "memory/jobs/one", "9:cpu:/\n4:memory:/jobs/one\n0::/\n"),
        (V1, "memory", "4:cpu,memory:/docker/1234\n"),
    ],
)
def test_own_group_is_found(tmp_path: Path, layout: Layout, folder: str, membership: str) -> None:
    """Both versions, inside and outside of a container, tell use without caches, peak and limit."""
    make_group(tmp_path / folder, layout)

    assert numbers_of(find_cgroup(tmp_path, membership)) == {
        Quantity.MEMORY_LIMIT: LIMIT,
        Quantity.MEMORY_USED: 60_000,
        Quantity.MEMORY_PEAK: 200_000,
    }


@pytest.mark.parametrize(("layout", "text"), [(V2, "max"), (V1, "9223372036854771712")])
def test_group_without_limit_says_only_that(tmp_path: Path, layout: Layout, text: str) -> None:
    """Both spellings of "no limit" give an infinite one, which nobody has, and nothing else."""
    make_group(tmp_path / layout.controller, layout, limit=text)
    membership = "0::/\n" if layout is V2 else "4:memory:/\n"

    assert numbers_of(find_cgroup(tmp_path, membership)) == {Quantity.MEMORY_LIMIT: math.inf}


def test_older_kernel_has_no_peak(tmp_path: Path) -> None:
    """A version 2 without `memory.peak` tells the rest."""
    make_group(tmp_path, V2)
    (tmp_path / V2.peak).unlink()

    assert Quantity.MEMORY_PEAK not in numbers_of(find_cgroup(tmp_path, "0::/\n"))


def test_machine_without_groups_has_none(tmp_path: Path) -> None:
    """Where nothing is mounted there is no source."""
    assert find_cgroup(tmp_path, "0::/\n") is None


@given(text=st.text(alphabet="0149:,/.memory\n") | st.text(max_size=60))
def test_any_membership_can_be_read(text: str) -> None:
    """Whatever /proc/self/cgroup says, looking for the group raises nothing."""
    find_cgroup(Path(__file__).parent / "nothing-is-mounted-here", text)
