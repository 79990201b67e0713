"""What a stack exports."""

from orchestrator.state.checkpoints import State
from orchestrator.state.stack_outputs import stack_outputs

STACK = {"urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", "custom": False}


def test_outputs_are_those_of_the_stack_itself() -> None:
    """They come sorted by name, from the root resource."""
    bucket = {"type": "aws:s3/bucket:Bucket", "outputs": {"arn": "arn:aws:s3:::x"}}
    root = {**STACK, "type": "pulumi:pulumi:Stack", "outputs": {"b": 1, "a": {"c": None}}}

    outputs = stack_outputs(State(deployment={"resources": [bucket, root]}))

    assert list(outputs.items()) == [("a", {"c": None}), ("b", 1)]


def test_a_stack_that_nothing_was_deployed_to_has_none() -> None:
    """Neither an empty state nor a root without outputs is an error."""
    root = {**STACK, "type": "pulumi:pulumi:Stack"}

    assert stack_outputs(State()) == {}
    assert stack_outputs(State(deployment={"resources": [root]})) == {}
