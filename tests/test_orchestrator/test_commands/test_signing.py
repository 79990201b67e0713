"""Requests that are signed with AWS credentials."""

import json
import re
from pathlib import Path

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from hoist.access.tokens import new_token
from hoist.aws import AwsCredentials
from hoist.cli.exit_codes import ExitCode
from hoist.cli.server.address import ServerAddress
from hoist.cli.server.connection import ServerConnection
from hoist.secret import Secret
from hoist_command import HoistShell
from orchestrator.commands.server.api import HoistApi
from orchestrator.commands.signing import SignedByIam, signer_for
from scripted_server import Asked, Reply, ScriptedServer

CANARY = "canary-aws-2b"
KEY = AwsCredentials("AKIAada", Secret(CANARY), Secret("canary-session"))
REMOTE = ServerAddress("https://abc.execute-api.eu-north-1.amazonaws.com/hoist")
ENVIRON = {"AWS_ACCESS_KEY_ID": "AKIAada", "AWS_SECRET_ACCESS_KEY": CANARY}
ISSUED = {
    "id": "x",
    "token": new_token().text.reveal(),
    "person": "ada",
    "expires_at": "2100-01-01T00:00:00Z",
    "grants": [],
    "limit": {"role": "admin", "stacks": "*/*"},
}


def expected_signature(asked: Asked, server: ScriptedServer, key: AwsCredentials) -> str:
    """What a gateway that knows the key finds for the request as it came."""
    token = key.session_token
    signer = SigV4Auth(
        Credentials(
            key.access_key_id, key.secret_access_key.reveal(), token.reveal() if token else None
        ),
        "execute-api",
        "eu-north-1",
    )
    request = AWSRequest(asked.method, f"{server.url}{asked.path}", data=asked.body)
    signed = re.search(r"SignedHeaders=([^,]+)", asked.headers["authorization"])
    assert signed
    for name in signed[1].split(";"):
        request.headers[name] = asked.headers[name]
    request.context["timestamp"] = asked.headers["x-amz-date"]
    canonical = signer.canonical_request(request)
    return str(signer.signature(signer.string_to_sign(request, canonical), request))


@pytest.mark.parametrize("session", [Secret("canary-session"), None])
def test_a_gateway_that_knows_the_key_finds_the_same(
    server: ScriptedServer, session: Secret | None
) -> None:
    """The signature is of the very bytes that were sent, session and all."""
    server.on("POST", "/v1/tokens", Reply(ISSUED, status=201))
    key = AwsCredentials("AKIAada", Secret(CANARY), session)
    connection = ServerConnection(ServerAddress(server.url), SignedByIam(key, "eu-north-1"))

    HoistApi(connection).issue_token({"role": "viewer"})

    [asked] = server.asked
    assert asked.document == {"role": "viewer"}
    assert f"Signature={expected_signature(asked, server, key)}" in asked.headers["authorization"]
    assert asked.headers.get("x-amz-security-token", "") == (session.reveal() if session else "")
    assert CANARY not in f"{asked.headers}"


def test_the_signer_is_not_printed() -> None:
    """Whatever shows it shows the key's id at most."""
    assert "canary" not in repr(SignedByIam(KEY, "eu-north-1"))


@pytest.mark.parametrize(
    ("address", "environ", "region"),
    [
        (REMOTE, {"AWS_REGION": "us-west-2"}, "eu-north-1"),
        (ServerAddress("https://hoist.example"), {"AWS_REGION": "us-west-2"}, "us-west-2"),
        (ServerAddress("https://hoist.example"), {"AWS_DEFAULT_REGION": "us-west-1"}, "us-west-1"),
    ],
)
def test_the_region_is_the_servers(
    address: ServerAddress, environ: dict[str, str], region: str
) -> None:
    """It is in the address, or said by the environment."""
    assert signer_for(address, {**ENVIRON, **environ}).region == region


@pytest.mark.thorough
def test_the_credentials_of_a_profile_are_found(server: ScriptedServer, tmp_path: Path) -> None:
    """As AWS's own tools find them, region included; the token goes into the user's file."""
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("[profile team]\nregion = eu-central-1\n")
    keys = f"aws_access_key_id = AKIAteam\naws_secret_access_key = {CANARY}\n"
    (tmp_path / ".aws" / "credentials").write_text(f"[team]\n{keys}")
    server.on("POST", "/v1/tokens", Reply(ISSUED, status=201))
    shell = HoistShell(tmp_path, {"HOME": str(tmp_path), "AWS_PROFILE": "team"})

    ran = shell.run("login", server.url)

    assert ran.exit_code == ExitCode.OK, ran.err
    [asked] = server.asked
    assert "Credential=AKIAteam/" in asked.headers["authorization"]
    assert "/eu-central-1/execute-api/" in asked.headers["authorization"]
    [saved] = (tmp_path / ".config" / "hoist" / "credentials").iterdir()
    assert json.loads(saved.read_text())["server"] == server.url


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "there are no AWS credentials"),
        ({"AWS_PROFILE": "missing"}, "ProfileNotFound"),
        ({"AWS_ACCESS_KEY_ID": "AKIAada"}, "PartialCredentialsError"),
        ({**ENVIRON}, "AWS_REGION"),
    ],
)
def test_without_credentials_it_says_what_lacks(
    server: ScriptedServer, tmp_path: Path, settings: dict[str, str], told: str
) -> None:
    """By exit code and way out, and never with a traceback; nothing is sent."""
    quiet = {"HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}

    ran = HoistShell(tmp_path, {**quiet, **settings}).run("login", server.url)

    assert ran.exit_code == ExitCode.AUTHENTICATION
    assert told in ran.err
    assert "Traceback" not in ran.err
    assert CANARY not in ran.err
    assert server.asked == []
