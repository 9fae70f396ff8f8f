"""What the drill demands: judged from reports as a load writes them. Its processes run in `make drill` alone."""

from typing import Any

import pytest

from bench.drill.judging import cut_by_the_kill, table, verdicts
from bench.drill.people import KINDS, callers_of, customers, seed_of
from bench.drill.processes import Workers
from fakes.accounts.state import Accounts
from fakes.okta.state import Okta
from fakes.people import seed_people
from fakes.seed import plant
from simulator.callers.script.reading import read_scripts
from simulator.load.plan import read_people
from simulator.operator.clock import START
from tests.load.test_load_command import ROOT

MEGABYTE = 1_000_000


def fault(at: float, code: int = 11205) -> dict[str, float]:
    return {"at": at, "code": code}


def report(well: int, failed: int = 0, p99: float = 40.0, **kinds: int) -> dict[str, Any]:
    outcomes = {"as the script says": well, "step failed": failed, "application error": 0, "interrupted": 0}
    return {
        "calls": {"made": well + failed + sum(kinds.values()), "outcomes": outcomes | kinds},
        "webhooks": {"all": {"number": 9, "p50": 9.0, "p99": p99, "max": 99.0}},
        "failed_calls": [{"at": 107.0, "faults": [fault(100.5)]}] * failed,
    }


def judged(came: dict[str, Any], **other: Any) -> list[bool | None]:
    seen = {"killed_at": 100.0, "growth": {1: 0.01}, "restarted": 1, "alive": 2, "failed_webhooks": 0, **other}
    return [each.is_met for each in verdicts(came, **seen)]


def test_a_drill_in_which_all_went_well_is_met() -> None:
    assert judged(report(well=10)) == [True] * 5


def test_only_calls_whose_webhook_was_killed_may_fail() -> None:
    assert judged(report(well=9, failed=1))[0]
    assert not judged(report(well=9, failed=1), killed_at=50.0)[0]
    assert not judged(report(well=9, interrupted=1))[0]
    assert not judged(report(well=0))[0]
    others: list[dict[str, Any]] = [
        {"faults": [fault(100.5, code=11200)]},
        {"faults": [fault(99.9), fault(102.0)]},
        {"faults": []},
    ]
    assert cut_by_the_kill(others, 100.0) == 0


@pytest.mark.parametrize(
    ("row", "came", "other"),
    [
        (1, report(well=1, p99=100.0), {}),
        (2, report(well=1), {"growth": {1: 0.01, 2: 0.2}}),
        (3, report(well=1), {"restarted": 0}),
        (3, report(well=1), {"alive": 1}),
        (4, report(well=1), {"failed_webhooks": 1}),
    ],
)
def test_each_demand_can_be_missed(row: int, came: dict[str, Any], other: dict[str, Any]) -> None:
    assert judged(came, **other) == [position != row for position in range(5)]


def test_memory_is_not_judged_from_a_few_looks() -> None:
    rows = verdicts(report(well=1), killed_at=0.0, growth={1: None}, restarted=1, alive=2, failed_webhooks=0)

    assert rows[2].is_met is None
    assert "too short a drill to tell" in table(rows)


def test_a_short_drill_does_not_judge_how_fast_it_went() -> None:
    slow = report(well=10, p99=900.0)

    assert judged(slow, is_short=True) == [True, None, True, True, True]
    assert not judged(slow)[1]


def test_growth_is_from_warm_to_the_end() -> None:
    workers = Workers(supervisor=0)
    warming = [(float(at), 50 * MEGABYTE) for at in range(20)]
    workers.memory[1] = warming + [(float(at), 100 * MEGABYTE) for at in range(20, 100)]
    workers.memory[2] = warming + [(float(at), (100 + at) * MEGABYTE) for at in range(20, 100)]

    growth = workers.growth(after=20.0)

    assert growth[1] == 0
    assert growth[2] == pytest.approx((191.5 - 127.5) / 127.5, rel=0.01)


def test_each_customer_has_a_script_and_is_known_to_okta_unless_a_stranger() -> None:
    people = customers(20)
    okta = Okta(now=lambda: START)
    seed_people(okta)
    plant(seed_of(people), okta, Accounts(now=lambda: START))
    names = {script.name for path in (ROOT / "bench/drill/calls").glob("*.yaml") for script in read_scripts(path)}

    known = {user.profile.get("ivrPhone") for user in okta.org.tables.users.values()}
    assert set(KINDS) == names
    assert {each.number for each in people} - known == {each.number for each in people if each.is_stranger}
    assert [each.script for each in read_people(callers_of(people).splitlines())] == [each.does for each in people]
