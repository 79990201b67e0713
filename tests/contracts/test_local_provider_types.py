"""What every type of the emulator's `aws` provider promises, over gRPC and on the emulator."""

import uuid
from collections.abc import Iterator

import grpc
import pytest

from aws_cloudwatch_cases import CLOUDWATCH_CASES
from aws_item_cases import ITEM_CASES
from aws_secret_cases import SECRET_CASES
from aws_serverless_cases import SERVERLESS_CASES
from aws_type_cases import TYPE_CASES, TypeCase
from local.provider.aws.clients import Clients
from local.provider.aws.endpoints import SERVICES
from local.provider.aws.plugin import TYPES
from local.provider.aws.provider import AwsProvider
from local.provider.aws.settings import read_settings
from local.provider.server import start_server
from local.provider.values import UNKNOWN, Properties, SecretValue, contains_secret
from plugin_client import Deployed, PluginClient

pytestmark = pytest.mark.emulator

_CASES = [*TYPE_CASES, *SERVERLESS_CASES, *CLOUDWATCH_CASES, *SECRET_CASES, *ITEM_CASES]
_KINDS = {kind.token: kind for kind in TYPES}
_NAMED_CASES = [case for case in _CASES if case.named_by]
_PLACED_CASES = [case for case in _CASES if _KINDS[case.type].identity and not case.is_setting]
_CHANGING_CASES = [case for case in _CASES if case.changes]
# An unknown one of these makes others unknown, or cannot be judged.
_DECIDE_WHAT_IS_KNOWN = frozenset({"fifoQueue", "billingMode"})
_VANISHING_CASES = [case for case in _CASES if not case.leaves_a_trace]


def _type_of(case: TypeCase) -> str:
    return case.type.rpartition(":")[2]


@pytest.fixture(scope="module")
def config(emulator_url: str) -> Properties:
    # An account of its own: twelve digits as the key are one to the emulator.
    return {
        "region": "us-east-1",
        "accessKey": "111122223333",
        "secretKey": SecretValue("any"),
        "endpoints": [dict.fromkeys(SERVICES, emulator_url)],
    }


@pytest.fixture(scope="module")
def clients(config: Properties) -> Clients:
    return Clients(read_settings(config, {}))


@pytest.fixture(scope="module")
def plugin(config: Properties) -> Iterator[PluginClient]:
    server, port = start_server(AwsProvider("7.0.0", TYPES, {}))
    client = PluginClient(port)
    client.configure(config)
    yield client
    client.close()
    server.stop(None).wait()


@pytest.fixture
def name() -> str:
    return f"it-{uuid.uuid4().hex[:12]}"


@pytest.fixture(params=_CASES, ids=_type_of)
def case(request: pytest.FixtureRequest) -> TypeCase:
    found: TypeCase = request.param
    return found


@pytest.fixture
def inputs(case: TypeCase, plugin: PluginClient, clients: Clients, name: str) -> Properties:
    """What a program would say, with what it needs made."""
    return {**case.inputs, **case.needs(plugin, clients, name)}


@pytest.fixture
def deployed(case: TypeCase, plugin: PluginClient, name: str, inputs: Properties) -> Deployed:
    return plugin.deploy(case.type, name, inputs)


@pytest.fixture
def changed(
    case: TypeCase, plugin: PluginClient, name: str, inputs: Properties, deployed: Deployed
) -> Properties:
    """The inputs after the program was changed."""
    changes = dict(case.changes)
    if "targetKeyId" in changes:
        changes["targetKeyId"] = plugin.deploy("aws:kms/key:Key", name, {}).id
    checked = plugin.check(case.type, name, {**inputs, **changes}, old=deployed.inputs)
    assert not checked.failures
    return checked.inputs


def _refreshed(plugin: PluginClient, deployed: Deployed) -> Deployed:
    found = plugin.refresh(deployed)
    assert found is not None
    return found


def test_every_type_keeps_the_contract() -> None:
    """There is one case for each type of the provider."""
    assert sorted(case.type for case in _CASES) == sorted(_KINDS)


def test_what_was_created_is_there_as_wanted(plugin: PluginClient, deployed: Deployed) -> None:
    """A refresh after a create finds the inputs and outputs that the create gave."""
    found = _refreshed(plugin, deployed)

    assert deployed.id
    assert found.inputs == deployed.inputs
    assert found.outputs == deployed.outputs


def test_the_same_inputs_make_no_difference(
    case: TypeCase, plugin: PluginClient, inputs: Properties, deployed: Deployed
) -> None:
    """Running the same program again changes nothing, not even a generated name."""
    again = plugin.check(case.type, deployed.name, inputs, old=deployed.inputs, seed=b"other")

    assert plugin.diff(deployed, again.inputs).properties == []


@pytest.mark.parametrize("case", _CHANGING_CASES, ids=_type_of)
def test_an_update_changes_the_cloud_in_place(
    case: TypeCase, plugin: PluginClient, deployed: Deployed, changed: Properties
) -> None:
    """An update is no replacement, and a refresh after it finds what was wanted."""
    difference = plugin.diff(deployed, changed)
    updated = plugin.update(deployed, changed)
    found = _refreshed(plugin, updated)

    assert set(difference.properties) == case.changes.keys()
    assert difference.replaces == []
    assert found.inputs == changed
    assert found.outputs == updated.outputs


def test_what_aws_cannot_change_is_replaced(
    case: TypeCase, plugin: PluginClient, name: str, inputs: Properties, deployed: Deployed
) -> None:
    """A change that AWS has no call for makes a new resource."""
    news = plugin.check(case.type, name, {**inputs, **case.replacing}, old=deployed.inputs)

    assert set(case.replacing) <= set(plugin.diff(deployed, news.inputs).replaces)


def test_drift_is_seen_and_put_right(
    case: TypeCase, plugin: PluginClient, clients: Clients, deployed: Deployed
) -> None:
    """What somebody changed shows in a refresh, and what the diff asks for sets it back."""
    case.drift(clients, deployed)
    drifted = _refreshed(plugin, deployed)
    shown = plugin.diff(drifted, deployed.inputs)
    if shown.replaces:
        plugin.delete(drifted)
        plugin.create(case.type, deployed.name, deployed.inputs)
    else:
        plugin.update(drifted, deployed.inputs)
    found = _refreshed(plugin, deployed)

    assert case.drifted in shown.properties
    assert found.outputs == deployed.outputs


def test_an_import_needs_only_the_id(
    case: TypeCase, plugin: PluginClient, name: str, inputs: Properties, deployed: Deployed
) -> None:
    """Imported inputs are those that made it, but for what the cloud does not tell."""
    address = _KINDS[case.type].address(deployed.id, deployed.inputs)
    imported = plugin.read_by_id(case.type, name, address)
    assert imported is not None
    assert imported.id == deployed.id
    program = {**inputs, case.named_by: imported.inputs[case.named_by]} if case.named_by else inputs
    news = plugin.check(case.type, name, program, old=imported.inputs)

    assert set(plugin.diff(imported, news.inputs).properties) <= case.untold


def test_deleting_twice_succeeds(plugin: PluginClient, deployed: Deployed) -> None:
    """Deleting what is gone already is no error."""
    plugin.delete(deployed)
    plugin.delete(deployed)


@pytest.mark.parametrize("case", _VANISHING_CASES, ids=_type_of)
def test_what_was_deleted_is_gone(plugin: PluginClient, deployed: Deployed) -> None:
    """After a delete a refresh finds nothing."""
    plugin.delete(deployed)

    assert plugin.refresh(deployed) is None


def test_an_unknown_id_is_nothing(case: TypeCase, plugin: PluginClient, name: str) -> None:
    """A refresh of what never was finds nothing."""
    assert plugin.read_by_id(case.type, name, _id_of_nothing(case, name)) is None


def _id_of_nothing(case: TypeCase, name: str) -> str:
    """An id as the type has them, of what was never made."""
    match case.type.rpartition(":")[2]:
        case "RolePolicy":
            return f"{name}:policy"
        case "Queue":
            return f"http://127.0.0.1/111122223333/{name}"
        case "EventSourceMapping":
            return str(uuid.uuid4())
        case "Method" | "Integration":
            return f"{name}/path/ANY"
        case "MethodSettings":
            return f"{name}/stage/*/*"
        case _:
            return f"{name}/{name}" if _KINDS[case.type].within else name


@pytest.mark.parametrize("case", _NAMED_CASES, ids=_type_of)
def test_a_preview_touches_nothing(
    case: TypeCase, plugin: PluginClient, name: str, inputs: Properties
) -> None:
    """A preview gives the name, unknown what is not known yet, and leaves the name free."""
    unknown = {key: UNKNOWN for key in inputs.keys() - _DECIDE_WHAT_IS_KNOWN}
    checked = plugin.check(case.type, name, {**inputs, **unknown})
    shown = plugin.create(case.type, name, checked.inputs, preview=True)
    made = plugin.create(case.type, name, plugin.check(case.type, name, inputs).inputs)

    assert shown.id == ""
    assert shown.outputs[case.named_by] == made.outputs[case.named_by]
    assert all(shown.outputs[key] is UNKNOWN for key in unknown)
    assert made.outputs.keys() <= shown.outputs.keys()


@pytest.mark.parametrize("case", _CHANGING_CASES, ids=_type_of)
def test_a_preview_of_an_update_knows_what_stays(
    plugin: PluginClient, deployed: Deployed, changed: Properties
) -> None:
    """A previewed update changes nothing and gives the outputs that the update will give."""
    previewed = plugin.update(deployed, changed, preview=True)
    unchanged = _refreshed(plugin, deployed)
    updated = plugin.update(deployed, changed)

    known = {key: value for key, value in previewed.outputs.items() if value is not UNKNOWN}

    assert unchanged.outputs == deployed.outputs
    assert previewed.outputs.keys() == updated.outputs.keys()
    assert known == {key: updated.outputs[key] for key in known}


@pytest.mark.parametrize("case", _PLACED_CASES, ids=_type_of)
def test_what_is_there_is_not_taken_over(
    case: TypeCase, plugin: PluginClient, name: str, deployed: Deployed
) -> None:
    """Creating one with a name or a place that is taken is refused."""
    with pytest.raises(grpc.RpcError) as refused:
        plugin.create(case.type, name, deployed.inputs)

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_secret_input_is_a_secret_output(
    case: TypeCase, plugin: PluginClient, name: str, inputs: Properties
) -> None:
    """Outputs that show a secret input are secret, after a create and after a refresh."""
    secret = next(key for key in ("tags", "policy", *inputs) if key in inputs)
    made = plugin.deploy(case.type, name, {**inputs, secret: SecretValue(inputs[secret])})
    found = _refreshed(plugin, made)

    assert contains_secret(made.outputs[secret])
    assert contains_secret(found.outputs[secret])
    assert contains_secret(found.inputs[secret])
