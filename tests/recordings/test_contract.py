"""The fakes answer what was recorded: the day real recordings replace these, the fakes are judged by them."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ivr.recordings.library import Interaction, Scenario
from okta_twilio_ivr.recording.sources import NAMES
from tests.recordings.contract.asking import judged
from tests.recordings.contract.comparing import Answer, differences


@pytest.mark.parametrize("name", NAMES)
async def test_every_recorded_request_is_answered_alike_by_the_fake(scenarios: dict[str, Scenario], name: str) -> None:
    judgements = await judged(scenarios[name])

    assert judgements
    assert not [each for each in judgements if each.found], "\n".join(str(each) for each in judgements if each.found)


SEEDED = 4  # the request of okta/push-approved whose answer is tampered with: the poll that says SUCCESS


def body(change: Callable[[dict[str, Any]], object]) -> Callable[[Interaction], Interaction]:
    """Tampers with the document of an answer."""

    def tampered(each: Interaction) -> Interaction:
        document = json.loads(each.body)
        change(document)
        return replace(each, body=json.dumps(document).encode())

    return tampered


def header(name: str, value: str | None) -> Callable[[Interaction], Interaction]:
    """Tampers with a header of an answer; None takes it away."""

    def tampered(each: Interaction) -> Interaction:
        others = tuple(pair for pair in each.headers if pair[0].lower() != name)
        return replace(each, headers=others if value is None else (*others, (name, value)))

    return tampered


async def judged_with(scenario: Scenario, at: int, change: Callable[[Interaction], Interaction]) -> list[str]:
    """What is found when the recorded answer `at` (from 1) had been another."""
    changed = tuple(change(each) if n == at else each for n, each in enumerate(scenario.interactions, 1))
    judgements = await judged(replace(scenario, interactions=changed))
    return [f"{each.number} {found}" for each in judgements for found in each.found]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda each: replace(each, status=202), "status: recorded 202, fake 200"),
        (header("content-type", "text/html"), "header content-type: recorded text/html, fake application/json"),
        (header("x-rate-limit-reset", None), "header x-rate-limit-reset: recorded none, fake a number"),
        (header("link", '</api/v1/x?after=1>; rel="next"'), "header link: recorded next /api/v1/x?after, fake none"),
        (body(lambda it: it.update(factorResult="APPROVED")), "$.factorResult: recorded 'APPROVED', fake 'SUCCESS'"),
        (body(lambda it: it.update(factorResult=None)), "$.factorResult: recorded null, fake 'SUCCESS'"),
        (body(lambda it: it.update(profile={})), "$.profile: recorded there, fake missing"),
        (body(lambda it: it.pop("factorResult")), "$.factorResult: recorded missing, fake there"),
    ],
)
async def test_a_difference_is_found_and_told_with_its_place(
    scenarios: dict[str, Scenario], change: Callable[[Interaction], Interaction], found: str
) -> None:
    assert await judged_with(scenarios["okta/push-approved"], SEEDED, change) == [f"{SEEDED} {found}"]


async def test_differences_deep_in_a_list_are_told_with_their_path(scenarios: dict[str, Scenario]) -> None:
    def other_kind(factors: Any) -> None:
        factors[1]["provider"] = "GOOGLE"
        factors[0]["_links"]["verify"]["href"] += "/now"
        factors[0]["created"] = 5

    found = await judged_with(scenarios["okta/push-approved"], 2, body(other_kind))

    assert found == [
        "2 $[0]._links.verify.href: recorded /api/v1/users/{id}/factors/{id}/verify/now, "
        "fake /api/v1/users/{id}/factors/{id}/verify",
        "2 $[0].created: recorded a number, fake a time",
        "2 $[1].provider: recorded 'GOOGLE', fake 'OKTA'",
    ]


async def test_ids_times_numbers_and_texts_do_not_matter(scenarios: dict[str, Scenario]) -> None:
    def another_day(factors: Any) -> None:
        for each in factors:
            each["created"] = "2031-12-24T23:59:59.999Z"
            if each["factorType"] == "push":
                each["profile"] |= {"name": "Somebody's phone", "version": "99"}

    def renamed(each: Interaction) -> Interaction:
        text = each.body.replace(b"opfrecorded000000001", b"opf1a2b3c4d5e6f7g8h9")
        return header("x-rate-limit-remaining", "17")(replace(each, body=text))

    scenario = scenarios["okta/push-approved"]
    assert await judged_with(scenario, 2, body(another_day)) == []
    listed = replace(scenario, interactions=scenario.interactions[:2])
    assert await judged_with(listed, 2, renamed) == []


async def test_more_factors_and_another_order_are_no_difference(scenarios: dict[str, Scenario]) -> None:
    def fewer(factors: Any) -> None:
        factors.reverse()
        factors.pop()

    assert await judged_with(scenarios["okta/push-approved"], 2, body(fewer)) == []


async def test_a_kind_of_item_that_the_fake_does_not_know_is_found(scenarios: dict[str, Scenario]) -> None:
    def unheard_of(factors: Any) -> None:
        factors.append({**factors[0], "factorType": "webauthn", "vendorName": "FIDO"})

    found = await judged_with(scenarios["okta/push-approved"], 2, body(unheard_of))

    assert [each.partition(":")[0] for each in found] == ["2 $[2].factorType", "2 $[2].vendorName"]


def test_an_empty_list_is_not_a_full_one() -> None:
    one, other = (Answer(200, {}, text) for text in ("[]", '[{"id": "00u1"}]'))

    assert [str(each) for each in differences(one, other)] == ["$: recorded 0 items, fake 1 items"]


def test_text_that_is_no_json_is_compared_too() -> None:
    assert differences(Answer(200, {}, "<html>"), Answer(200, {}, "{}"))
    assert not differences(Answer(204, {}, ""), Answer(204, {}, ""))


async def test_a_judgement_reads_like_a_sentence(scenarios: dict[str, Scenario]) -> None:
    scenario = scenarios["accounts/balance"]
    wrong = replace(scenario, interactions=(replace(scenario.interactions[0], status=418),))

    (judgement,) = await judged(wrong)

    assert str(judgement) == (
        "accounts/balance, request 1, GET /v1/accounts/00urecordedJane00000\n    status: recorded 418, fake 200"
    )
