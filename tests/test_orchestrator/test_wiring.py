"""The API over the real adapters: on moto, and on the local AWS with a real upload."""

import hashlib
from collections.abc import Iterator

import pytest
import requests

from api_estate import RecordedLog
from api_requests import ApiClient
from aws_estates import ADA, emulator_estate, moto_estate
from emulator_for_tests import running_emulator
from orchestrator.http_api.door import RING_LOST_DOORBELLS, make_app
from orchestrator.wiring import AwsEstate

STACK = "/v1/stacks/shop/dev"
CANARY = "canary-12aa"


@pytest.fixture(scope="module")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as url:
        yield url


@pytest.fixture
def moto_client() -> Iterator[ApiClient]:
    with moto_estate() as estate:
        yield _client(estate)


@pytest.fixture
def emulator_client(emulator_url: str) -> Iterator[ApiClient]:
    with emulator_estate(emulator_url) as estate:
        yield _client(estate)


def _client(estate: AwsEstate) -> ApiClient:
    """Of an administrator, who has signed in."""
    app = make_app(estate, log=RecordedLog())
    issued = ApiClient(app, user_arn=ADA).post("/v1/tokens", {}).as_model("IssuedToken")
    return ApiClient(app, headers={"Authorization": f"Bearer {issued['token']}"})


def test_every_part_is_wired(moto_client: ApiClient) -> None:
    """Stacks, config, runs, events, outputs, resources, history and audit go to their places."""
    client = moto_client
    assert client.put(f"{STACK}/config/token", {"value": CANARY, "secret": True}).status == 200
    asked = client.get(f"{STACK}/config/token", show_secret="true")
    assert asked.as_model("NamedConfigValue")["value"] == CANARY
    made = client.post(f"{STACK}/runs", {"kind": "destroy"}, key="k")
    assert made.status == 201

    assert client.get("/v1/stacks").as_model("StackList")["stacks"] == [
        {"project": "shop", "stack": "dev", "version": 0}
    ]
    assert client.get(STACK).as_model("Stack")["unfinished_runs"] == 1
    assert client.get(f"{STACK}/runs").as_model("RunList")["runs"] == [made.document]
    assert not client.get(f"{STACK}/runs/latest/events").as_model("EventList")["is_complete"]
    assert client.get(f"{STACK}/outputs").as_model("Outputs")["outputs"] == {}
    assert client.get(f"{STACK}/resources").as_model("ResourceList")["resources"] == []
    assert client.get(f"{STACK}/history").as_model("History")["updates"] == []
    assert client.app(RING_LOST_DOORBELLS, None) == {"stacks": 0}
    assert client.post(f"{STACK}/runs/latest/cancel").as_model("Run")["state"] == "cancelled"
    done = client.get(f"{STACK}/audit/entries").as_model("AuditEntries")["entries"]
    assert [each["entry"]["operation"] for each in done[-3:]] == [
        *("cancel_run", "run.cancelled", "cancel_run"),
    ]
    assert client.get(f"{STACK}/audit/heads").as_model("AuditHeads")["heads"] == []
    assert client.delete(STACK).status == 204
    assert client.get("/v1/audit/entries").as_model("AuditEntries")["chain"] == "installation"
    [token] = client.get("/v1/tokens").as_model("TokenList")["tokens"]
    assert client.delete(f"/v1/tokens/{token['id']}").status == 204
    assert client.get("/v1/whoami").code == "token_unknown"


@pytest.mark.emulator
def test_a_program_is_uploaded_and_run(emulator_client: ApiClient) -> None:
    """What is put where the API says is the program of a run; a second run uploads nothing."""
    client, body = emulator_client, b"a zip"
    digest = hashlib.sha256(body).hexdigest()
    wanted = {"digest": digest, "size": len(body)}
    asked = {"kind": "up", "program": digest}
    assert client.post(f"{STACK}/runs", asked).code == "program_not_uploaded"

    upload = client.post("/v1/programs", wanted).as_model("ProgramOffer")["upload"]
    assert requests.put(upload["url"], data=body, headers=upload["headers"], timeout=20).ok

    run = client.post(f"{STACK}/runs", asked).as_model("Run")
    assert (run["state"], run["program"]) == ("queued", digest)
    assert client.post("/v1/programs", wanted).as_model("ProgramOffer")["upload"] is None
    assert client.post(f"{STACK}/runs", asked).as_model("Run")["position"] == 1
