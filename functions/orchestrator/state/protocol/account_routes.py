"""Who am I, and what can this service do."""

from collections.abc import Callable

from orchestrator.state.names import ORGANIZATION
from orchestrator.state.protocol.http import Answer, Request

LOGIN = "hoist"
"""Of a caller without a name."""


def user_route(login: str) -> Callable[[Request], Answer]:
    """Answers who the caller is: the account that the CLI keeps as its login."""

    def show_user(_request: Request) -> Answer:
        organization = {"githubLogin": ORGANIZATION, "name": ORGANIZATION}
        return Answer.of(
            {
                "githubLogin": login,
                "name": login,
                "email": "",
                "organizations": [organization],
                "identities": [],
            }
        )

    return show_user


def show_default_organization(_request: Request) -> Answer:
    return Answer.of({"GitHubLogin": ORGANIZATION, "Messages": []})


def show_capabilities(_request: Request) -> Answer:
    """Without schema version 4 the CLI drops the features of a deployment.

    Journaling is no capability: it is agreed upon when an update starts.
    """
    return Answer.of(
        {
            "capabilities": [
                {"capability": "batch-encrypt"},
                {
                    "capability": "deployment-schema-version",
                    "version": 1,
                    "configuration": {"version": 4},
                },
            ]
        }
    )
