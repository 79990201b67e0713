"""Nothing is lost: every item that exists is in the state, or in doubt there under its name."""

from deployments import TestStack


def assert_world_is_covered(stack: TestStack) -> None:
    """Each item of the world is a resource of the state or its create is pending."""
    recorded = {resource.get("id") for resource in stack.state.resources}
    in_doubt = {
        operation["resource"]["urn"].rsplit("::", 1)[-1]
        for operation in stack.state.pending_operations
    }
    lost = {
        item_id: item["name"]
        for item_id, item in stack.world.resources().items()
        if item_id not in recorded and item["name"] not in in_doubt
    }
    assert lost == {}
