"""The stacks in the backend of a bare CLI."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.errors import HoistError
from orchestrator.state.errors import BadRequestError, CorruptStateError
from orchestrator.state.names import META_BODY, META_KEY, StackName
from orchestrator.state.serving.errors import BackendLayoutError, StackLockedError
from orchestrator.state.serving.moves.backend import BareBackend, tags_key
from serving_files import DEV, PROD, InMemoryFiles, checkpoint


def backend(files: InMemoryFiles) -> BareBackend:
    return BareBackend(files, zstd=None)


def test_all_stacks_are_found() -> None:
    """By name, once each, whatever they are packed with; nothing else is taken for one."""
    files = InMemoryFiles()
    for name, ending in ((PROD, ".gz"), (DEV, ""), (DEV, ".gz"), (StackName("api", "x.y"), ".zst")):
        files.put_stack(name, ending=ending)
    for other in (
        *("shop/dev.json.bak", "shop/dev.json.attrs", "shop/dev.pulumi-tags", "shop/.json"),
        *("shop/old/dev.json", "shop/a b.json"),
    ):
        files.bodies[f".pulumi/stacks/{other}"] = b""

    assert backend(files).names() == [StackName("api", "x.y"), DEV, PROD]


def test_a_stack_is_read() -> None:
    """Its state and its tags, and the digest is the same however its file is written."""
    files, packed = InMemoryFiles(), InMemoryFiles()
    files.put_stack(DEV, "a", "b")
    files.put_tags(DEV, {"team": "red"})
    document = json.loads(checkpoint(DEV, "a", "b"))
    dense = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
    packed.bodies[DEV.checkpoint_key + ".gz"] = gzip.compress(dense)

    stack = backend(files).read(DEV)

    assert (stack.resource_count, stack.tags) == (2, {"team": "red"})
    assert backend(packed).read(DEV).digest == stack.digest


def test_digests_tell_states_apart() -> None:
    """Another resource, another version, another order of resources: another digest."""
    bodies = [
        checkpoint(DEV, "a", "b"),
        checkpoint(DEV, "b", "a"),
        checkpoint(DEV, "a"),
        checkpoint(DEV, "a", "b").replace(b'"version": 3,', b'"version": 4,', 1),
        checkpoint(DEV, "a", "b", metadata={"x": 1}),
    ]
    digests = {
        backend(InMemoryFiles({DEV.checkpoint_key: body})).read(DEV).digest for body in bodies
    }

    assert len(digests) == len(bodies)


def test_a_locked_stack_is_refused() -> None:
    """Somebody works on it: it says who, and what to do."""
    files = InMemoryFiles()
    files.put_stack(DEV)
    files.put_lock(DEV)

    with pytest.raises(StackLockedError, match="ann@laptop") as refused:
        backend(files).read(DEV)

    assert "pulumi cancel" in refused.value.way_out


def test_twins_that_differ_are_refused() -> None:
    """Which of two checkpoints is right only a person can say; the same twice is one."""
    files = InMemoryFiles()
    files.put_stack(DEV, "a")
    files.put_stack(DEV, "a", ending=".gz")
    assert backend(files).read(DEV).resource_count == 1
    files.put_stack(DEV, "b", ending=".gz")

    with pytest.raises(CorruptStateError, match="several checkpoints") as refused:
        backend(files).read(DEV)

    assert DEV.checkpoint_key + ".gz" in refused.value.way_out


def test_an_absent_stack() -> None:
    """A stack that went away meanwhile is an error."""
    with pytest.raises(BadRequestError):
        backend(InMemoryFiles()).read(DEV)


def test_an_old_layout_is_refused() -> None:
    """Stacks without a project are not taken; the CLI can upgrade them."""
    files = InMemoryFiles()
    files.put_stack(DEV)
    files.bodies[".pulumi/stacks/old.json"] = b"{}"

    with pytest.raises(BackendLayoutError) as refused:
        backend(files).names()

    assert "pulumi state upgrade" in refused.value.way_out


def test_a_place_without_a_backend_is_refused() -> None:
    """An empty place is most likely a wrong address; an empty backend is none."""
    with pytest.raises(BackendLayoutError):
        backend(InMemoryFiles()).names()

    assert backend(InMemoryFiles({META_KEY: META_BODY})).names() == []


@pytest.mark.parametrize("tags", [b"", b"{}", b'{"tags": []}', b'{"tags": {"a": 1}}'])
def test_unreadable_tags_are_refused(tags: bytes) -> None:
    """Tags are not dropped without a word."""
    files = InMemoryFiles()
    files.put_stack(DEV)
    files.bodies[tags_key(DEV)] = tags

    with pytest.raises(CorruptStateError, match="tags"):
        backend(files).read(DEV)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["version", "checkpoint", "latest", "resources", "tags", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(body=st.binary(max_size=200) | ANY_JSON.map(lambda value: json.dumps(value).encode()))
def test_any_file(body: bytes) -> None:
    """Whatever lies there is a stack, or refused with a reason."""
    files: Any = InMemoryFiles({DEV.checkpoint_key: body})
    files.bodies[tags_key(DEV)] = body
    try:
        stack = backend(files).read(DEV)
    except HoistError:
        return
    assert len(stack.digest) == 64
