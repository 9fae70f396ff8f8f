"""What a load may reach, who calls in it, and whose turn it is."""

import re
from pathlib import Path

import pytest

from simulator.callers.script.reading import read_scripts
from simulator.callers.script.script import Script
from simulator.errors import WrongUseError
from simulator.load.plan import Person, Plan, Roster, TargetError, people_in_range, read_people, shares

HERE = "http://127.0.0.1:5000/voice"


@pytest.fixture
def scripts(tmp_path: Path) -> tuple[Script, ...]:
    path = tmp_path / "calls.yaml"
    path.write_text("calls:\n- {name: short, steps: [hangup: true]}\n- {name: long, steps: [press: '${sms_code}']}\n")
    return read_scripts(path)


@pytest.mark.parametrize("url", [HERE, "http://localhost/x", "http://[::1]:80/x", "https://127.3.2.1/"])
def test_this_machine_may_always_be_loaded(url: str, scripts: tuple[Script, ...]) -> None:
    assert Plan(url, scripts).url == url


@pytest.mark.parametrize(
    "url", ["http://example.com/", "http://127.0.0.1.example.com/", "http://10.0.0.1/", "http://[::2]/"]
)
@pytest.mark.parametrize("which", ["url", "okta", "fallback_url", "status_callback"])
def test_no_other_machine_may_be_loaded_unless_it_is_named(url: str, which: str, scripts: tuple[Script, ...]) -> None:
    urls = {"url": HERE, which: url}
    host = url.split("/")[2].strip("[]")

    with pytest.raises(TargetError, match=re.escape(f"--target-allowed {host}")):
        Plan(scripts=scripts, **urls)  # type: ignore[arg-type]  # all of them are texts
    assert Plan(scripts=scripts, allowed=frozenset([host]), **urls).url == urls["url"]  # type: ignore[arg-type]


def test_callers_are_read_with_what_they_play() -> None:
    people = read_people(["# staff", "", "+17735551234", "+17735555678 short   # only this"])

    assert people == (Person("+17735551234"), Person("+17735555678", "short"))


@pytest.mark.parametrize("lines", [["7735551234"], ["+1773x"], ["+17735551234", "+17735551234"]])
def test_a_number_that_is_none_or_stands_there_twice_is_refused(lines: list[str]) -> None:
    with pytest.raises(WrongUseError):
        read_people(lines)


def test_a_range_of_numbers_has_both_ends() -> None:
    assert [each.number for each in people_in_range("+12065560009..+12065560011")] == [
        "+12065560009",
        "+12065560010",
        "+12065560011",
    ]


@pytest.mark.parametrize(
    "text", ["+12065560002..+12065560001", "+1206..+12065560001", "+12065560001..", "+10000000000..+19999999999"]
)
def test_a_range_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(WrongUseError):
        people_in_range(text)


def test_callers_who_need_codes_need_a_number_each(scripts: tuple[Script, ...]) -> None:
    plan = Plan(HERE, scripts)
    plan.check_users(1)
    Plan(HERE, scripts[:1]).check_users(50)

    with pytest.raises(WrongUseError, match="--callers"):
        plan.check_users(2)
    with pytest.raises(WrongUseError, match="3 callers need as many numbers, got 2"):
        Plan(HERE, scripts, people_in_range("+12065560001..+12065560002")).check_users(3)


def test_a_script_that_nobody_has_is_refused_with_the_nearest(scripts: tuple[Script, ...]) -> None:
    with pytest.raises(WrongUseError, match="did you mean 'short'"):
        Plan(HERE, scripts, (Person("+17735551234", "shrt"),))


def test_no_number_makes_two_calls_at_once_and_all_take_turns(scripts: tuple[Script, ...]) -> None:
    plan = Plan(HERE, scripts, people_in_range("+12065560001..+12065560003"), seed=7)
    roster = Roster(plan, shares(plan, 1)[0])
    turns = [turn for _ in range(3) if (turn := roster.take()) is not None]

    assert roster.take() is None
    assert not roster.is_done
    roster.give_back(turns[1])
    again = roster.take()

    assert again is not None
    assert again.person == turns[1].person
    assert [each.script.name for each in (*turns, again)] == ["short", "long", "short", "long"]
    assert len({each.seed for each in (*turns, again)}) == 4


def test_whoever_has_a_script_plays_no_other(scripts: tuple[Script, ...]) -> None:
    plan = Plan(HERE, scripts, (Person("+12065560001", "long"),))
    roster = Roster(plan, shares(plan, 1)[0])

    for _ in range(3):
        turn = roster.take()
        assert turn is not None
        assert turn.script.name == "long"
        roster.give_back(turn)


def test_shares_are_all_of_the_plan_and_nothing_twice(scripts: tuple[Script, ...]) -> None:
    plan = Plan(HERE, scripts, people_in_range("+12065560001..+12065560010"), calls=7)

    dealt = shares(plan, 3)

    assert sorted(each.number for share in dealt for each in share.callers) == [each.number for each in plan.callers]
    assert [share.calls for share in dealt] == [3, 2, 2]


def test_no_two_processes_use_the_same_seed(scripts: tuple[Script, ...]) -> None:
    plan = Plan(HERE, scripts[:1])
    first, second = (Roster(plan, share) for share in shares(plan, 2))

    seeds = [turn.seed for roster in (first, second) for _ in range(5) if (turn := roster.take()) is not None]

    assert len(set(seeds)) == 10
