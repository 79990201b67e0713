"""docs/aws.md: its sums are sums, and what it counts is what the code makes."""

import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from components import dashboard
from components.alarm_rules import alarm_rules
from components.metrics import Metrics
from components.site import Place, Site
from components.sizes import SIZES
from health.metrics.inventory import Architecture
from health.report import call_prices
from health.rules.prices import USD_PER_GB_SECOND, USD_PER_REQUEST
from health.wiring import OWN_METRICS
from local.bootstrap.template import TEMPLATE_PATH, parse_template

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENT = (REPOSITORY / "docs" / "aws.md").read_text()
SITE = Site("dev", Place("aws", "111122223333", "eu-west-1"), protects_data=False)
CENT = Decimal("0.01")
# What CloudWatch shows on one of the dashboards that cost nothing.
METRICS_OF_A_FREE_DASHBOARD = 50


def rows(heading: str) -> list[list[str]]:
    """The table below a heading, without its first two lines."""
    section = DOCUMENT.partition(f"### {heading}")[2].partition("\n#")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").strip("*"))


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


AT_REST, OF_RUNS = rows("At rest, a month of 30 days"), rows("100 runs of a minute each")


def quantity(words: str, table: list[list[str]] = AT_REST) -> Decimal:
    [row] = [row for row in table if row[0].startswith(words)]
    return number(row[1])


@pytest.mark.parametrize("row", AT_REST[:-1], ids=lambda row: row[0])
def test_a_month_at_rest(row: list[str]) -> None:
    """Each line is quantity by price, and the same less what is free."""
    _, count, free, price, _, total, less_free = row

    assert number(total) == cents(number(count) * number(price))
    charged = max(Decimal(0), number(count) - number(free))
    assert number(less_free) == cents(charged * number(price))


@pytest.mark.parametrize("row", OF_RUNS[:-1], ids=lambda row: row[0])
def test_a_hundred_runs(row: list[str]) -> None:
    """Each line is quantity by price."""
    _, count, price, _, total = row

    assert number(total) == cents(number(count) * number(price))


@pytest.mark.parametrize(
    ("table", "column"), [(AT_REST, 5), (AT_REST, 6), (OF_RUNS, 4)], ids=["list", "free", "runs"]
)
def test_sums(table: list[list[str]], column: int) -> None:
    """The last line is the sum of the others."""
    *lines, together = table

    assert len(lines) > 5
    assert number(together[column]) == sum(number(line[column]) for line in lines)


def test_what_is_counted() -> None:
    """Keys, alarms, metrics and tables are as many as there are in template and program."""
    template = parse_template(TEMPLATE_PATH.read_text())["Resources"].values()
    kinds = [resource["Type"] for resource in template]

    assert quantity("KMS keys") == kinds.count("AWS::KMS::Key")
    assert quantity("alarms") == len(list(alarm_rules(Metrics(SITE))))
    assert quantity("custom metrics") == OWN_METRICS
    # Three tables are the program's, in components/tables.py.
    tables = 3 + kinds.count("AWS::DynamoDB::Table")
    assert quantity("KMS requests: DynamoDB") == tables * 30 * 24 * 12


def test_the_dashboard_is_a_free_one() -> None:
    """It shows no more metrics than those may that cost nothing."""
    graphs = dashboard._graphs(SITE)

    shown = sum(len(graph["properties"]["metrics"]) for graph in graphs)
    assert 0 < shown <= METRICS_OF_A_FREE_DASHBOARD


def test_memory_is_that_of_the_functions() -> None:
    """GB-seconds are of the sizes in components/sizes.py, for the seconds that are told."""
    gb = {function.value: Decimal(size.memory_mb) / 1024 for function, size in SIZES.items()}
    minutes = 30 * 24 * 60
    each_minute = gb["health"] * 1 + gb["orchestrator-api"] * Decimal("0.1")

    assert quantity("Lambda, GB-seconds") == minutes * each_minute
    assert quantity("worker, GB-seconds", OF_RUNS) == 100 * 60 * gb["orchestrator-worker"]
    requests = 100 * 60 * gb["orchestrator-api"] * Decimal("0.1")
    assert quantity("API's function, GB-seconds", OF_RUNS) == requests


def test_prices_are_those_of_health() -> None:
    """Both tables and health's report have the same prices."""
    prices = {row[0].partition(":")[0]: number(row[3]) for row in AT_REST[:-1]}

    assert prices["Lambda, GB-seconds"] == Decimal(str(USD_PER_GB_SECOND[Architecture.ARM64]))
    assert float(prices["Lambda, requests"]) == pytest.approx(USD_PER_REQUEST)
    assert float(prices["SQS requests"]) == pytest.approx(call_prices.USD_PER_SQS_REQUEST)
    assert float(prices["KMS requests"]) == pytest.approx(call_prices.USD_PER_KMS_REQUEST)


def test_it_is_short_enough_to_be_read() -> None:
    """A page and a half, and each command of `make` in it is a target."""
    makefile = (REPOSITORY / "Makefile").read_text()

    assert len(DOCUMENT.splitlines()) <= 150
    # In a line of commands, or in quotes; in a sentence it is a verb.
    for target in re.findall(r"(?:^|=\S+ |`)make ([a-z0-9-]+)", DOCUMENT, re.MULTILINE):
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target
