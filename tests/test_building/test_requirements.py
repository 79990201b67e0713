"""Compiled requirements files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from building.errors import RequirementNotPinnedError
from building.requirements import Pin, parse_pins, read_pins

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
DIGEST = "sha256:" + "0f" * 32
OTHER = "sha256:" + "1e" * 32

names = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4})?", fullmatch=True)
versions = st.from_regex(r"[1-9]\.[0-9]{1,2}(\.post[1-9])?", fullmatch=True)
digests = st.binary(min_size=32, max_size=32).map(lambda digest: f"sha256:{digest.hex()}")
pins = st.builds(
    Pin,
    names,
    versions.map(Version),
    st.lists(digests, min_size=1, max_size=3).map(tuple),
)


@pytest.mark.parametrize("file", ["zip.txt", "worker.txt"])
def test_our_own_files_are_pinned(file: str) -> None:
    """Every line of ours names one version and at least one hash, once per package."""
    found = parse_pins((REQUIREMENTS / file).read_text(), file=file)

    assert {"boto3", "pydantic"} <= {pin.name for pin in found}
    assert len({pin.name for pin in found}) == len(found)


def test_a_pin_is_read_whole() -> None:
    """Continued lines, comments, markers and several hashes make one pin; names are normal."""
    [pin] = parse_pins(
        f"# a comment\n\nTyping_Extensions==4.16.0 ; os_name == 'posix' \\\n"
        f"    --hash={DIGEST} \\\r\n    --hash={OTHER}  # via nobody\n",
        file="some.txt",
    )

    assert (pin.name, str(pin.version)) == ("typing-extensions", "4.16.0")
    assert pin.hashes == (DIGEST, OTHER)
    assert pin.line() == f"typing-extensions==4.16.0 --hash={DIGEST} --hash={OTHER}"


def test_markers_decide_what_applies(tmp_path: Path) -> None:
    """A package for other machines is left out."""
    file = tmp_path / "some.txt"
    file.write_text(
        f"here==1 ; sys_platform == 'linux' --hash={DIGEST}\n"
        f"there==1 ; sys_platform == 'win32' --hash={DIGEST}\n"
        f"everywhere==1 --hash={DIGEST}\n"
    )

    assert [pin.name for pin in read_pins(file, {"sys_platform": "linux"})] == [
        "here",
        "everywhere",
    ]


@pytest.mark.parametrize(
    "line",
    [
        f"boto3>=1 --hash={DIGEST}",
        f"boto3==1.* --hash={DIGEST}",
        f"boto3===1 --hash={DIGEST}",
        f"boto3==1,==2 --hash={DIGEST}",
        f"boto3 --hash={DIGEST}",
        f"boto3[crt]==1 --hash={DIGEST}",
        f"boto3 @ file:///boto3.whl --hash={DIGEST}",
        f"-e . --hash={DIGEST}",
        "--index-url https://example.org",
        "boto3==1",
        f"boto3==1 --hash={DIGEST}0",
        "boto3==1 --hash=md5:00",
    ],
)
def test_what_leaves_something_open_is_refused(line: str) -> None:
    """Ranges, extras, addresses, options, and pins without a good hash are refused by line."""
    with pytest.raises(RequirementNotPinnedError) as refused:
        parse_pins(f"{line}\n", file="some.txt")

    assert "some.txt" in refused.value.message


@given(st.lists(pins))
def test_what_is_written_is_read(written: list[Pin]) -> None:
    """Pins survive being written down."""
    assert list(parse_pins("\n".join(pin.line() for pin in written), file="")) == written


@given(st.text() | st.text("ab=1.;#\\\n --hash:sha256@[](),'\"<>", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever the file holds, the answer is pins or the one error."""
    try:
        found = parse_pins(text, file="some.txt")
    except RequirementNotPinnedError:
        return
    assert all(pin.hashes for pin in found)
