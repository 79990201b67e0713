"""The audit over HTTP: pages of entries and of signed heads."""

import pytest

from api_estate import InMemoryEstate
from api_requests import ApiClient
from orchestrator.audit.chains import INSTALLATION
from orchestrator.audit.pages import entry_page, head_page
from orchestrator.state.names import StackName

DEV = StackName("shop", "dev")


@pytest.fixture
def chain(estate: InMemoryEstate, stack: str) -> str:
    """Of a stack with six entries: of two values, and of a run that was cancelled."""
    for number in range(2):
        assert estate.client.put(f"{stack}/config/size", {"value": str(number)}).status == 200
    run = estate.client.post(f"{stack}/runs", {"kind": "destroy"}).document["id"]
    assert estate.client.post(f"{stack}/runs/{run}/cancel").status == 200
    return estate.stacks.require(DEV).id


def test_entries_come_in_pages(client: ApiClient, stack: str, chain: str) -> None:
    """The newest page first; each page is what the client reads, with its hashes."""
    first = client.get(f"{stack}/audit/entries", limit="6").as_model("AuditEntries")
    rest = client.get(f"{stack}/audit/entries", before=str(first["next_before"]))
    pages = [entry_page(page) for page in (rest.as_model("AuditEntries"), first)]

    numbers = [each.entry.number for page in pages for each in page.entries]
    assert numbers == list(range(1, 11))
    assert {page.chain for page in pages} == {chain}
    assert pages[0].next_before == 0


def test_heads_are_shown(client: ApiClient, stack: str, chain: str) -> None:
    """With their signatures, to be checked by who asked."""
    page = head_page(client.get(f"{stack}/audit/heads").as_model("AuditHeads"))

    assert [signed.head.chain for signed in page.heads] == [chain]


def test_the_installations_chain(client: ApiClient, chain: str) -> None:
    """It is the one that is shown if none is named; a stack's is found by its id as well."""
    shown = client.get("/v1/audit/entries").as_model("AuditEntries")
    of_stack = client.get("/v1/audit/entries", chain=chain).as_model("AuditEntries")
    heads = client.get("/v1/audit/heads", chain=chain).as_model("AuditHeads")

    assert shown["chain"] == INSTALLATION
    assert [each["entry"]["operation"] for each in shown["entries"]] == ["create_stack"] * 2
    assert (of_stack["chain"], len(of_stack["entries"])) == (chain, 10)
    assert heads["chain"] == chain


@pytest.mark.parametrize("of", ["entries", "heads"])
@pytest.mark.parametrize(
    "query",
    [
        {"chain": ""},
        {"chain": "stk-1"},
        {"chain": "../state"},
        {"chain": f"stk-{'0' * 20}\n"},
        {"limit": "0"},
        {"limit": "201"},
        {"before": "-1"},
        {"before": "x"},
    ],
)
def test_a_wrong_query_is_refused(client: ApiClient, of: str, query: dict[str, str]) -> None:
    """By the name of what is wrong."""
    reply = client.get(f"/v1/audit/{of}", **query)

    assert (reply.status, reply.code) == (400, "request_invalid")
    assert reply.document["errors"][0]["field"] == f"query.{next(iter(query))}"


def test_a_chain_that_was_never_begun_is_empty(client: ApiClient) -> None:
    """And no error: whether it should be there, its caller knows."""
    shown = client.get("/v1/audit/entries", chain=f"stk-{'0' * 20}").as_model("AuditEntries")

    assert (shown["entries"], shown["next_before"]) == ([], 0)


def test_a_damaged_entry_is_told_as_that(
    client: ApiClient, estate: InMemoryEstate, stack: str, chain: str
) -> None:
    """Not as a mistake of Hoist's."""
    log = estate.audit_site.open_storage().log
    record = log.read(f"audit/{chain}")[-1]
    log.append(f"audit/{chain}", type(record)(record.slot + 1, b"{}", record.written_at))

    reply = client.get(f"{stack}/audit/entries")

    assert (reply.status, reply.code) == (409, "audit_damaged")
