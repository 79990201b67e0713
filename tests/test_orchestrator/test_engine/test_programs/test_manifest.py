"""What the digest is taken over."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.engine.programs.manifest import FileFacts, program_digest


def test_the_digest_can_be_made_by_hand() -> None:
    """The digest is the SHA-256 of one line per file, in order of path, after a first line."""
    files = [
        FileFacts.of("run.sh", b"go", is_executable=True),
        FileFacts.of("Pulumi.yaml", b"", is_executable=False),
    ]
    lines = (
        "hoist-program 1\n"
        f"644 {hashlib.sha256(b'').hexdigest()} Pulumi.yaml\n"
        f"755 {hashlib.sha256(b'go').hexdigest()} run.sh\n"
    )

    assert program_digest(files) == hashlib.sha256(lines.encode()).hexdigest()


def test_every_fact_counts() -> None:
    """Another name, content or mode is another program."""
    variants = [
        FileFacts.of("a", b"1", is_executable=False),
        FileFacts.of("b", b"1", is_executable=False),
        FileFacts.of("a", b"2", is_executable=False),
        FileFacts.of("a", b"1", is_executable=True),
    ]

    assert len({program_digest([facts]) for facts in variants}) == len(variants)


@given(st.permutations([FileFacts.of(name, b"", is_executable=False) for name in "aBéz"]))
def test_order_does_not_count(files: list[FileFacts]) -> None:
    """The digest is the same in whatever order the files are named."""
    assert program_digest(files) == program_digest(sorted(files, key=lambda file: file.path))
