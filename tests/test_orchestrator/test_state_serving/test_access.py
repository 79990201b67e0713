"""One token for the whole store."""

import pytest

from hoist.secret import Secret
from orchestrator.state.names import StackName
from orchestrator.state.protocol.access import UnauthenticatedError
from orchestrator.state.serving.access import WholeStoreAccess

ACCESS = WholeStoreAccess(Secret("right"))


def test_the_token_is_good_for_every_stack() -> None:
    """Who has it may read and write any stack."""
    ACCESS.check_token(Secret("right"))

    for name in (StackName("shop", "dev"), StackName("other", "prod")):
        ACCESS.check_write(name)
        assert ACCESS.may_read_state(name)


@pytest.mark.parametrize("token", ["", "wrong", "right ", "rightright", "ríght"])
def test_another_token_is_refused(token: str) -> None:
    """Nothing else is let in."""
    with pytest.raises(UnauthenticatedError):
        ACCESS.check_token(Secret(token))


def test_the_token_is_not_shown() -> None:
    """The access can be printed without a harm."""
    assert "right" not in repr(ACCESS)
