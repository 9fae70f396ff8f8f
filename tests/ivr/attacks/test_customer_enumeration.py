"""Attack: find out with a forged number whether its owner is a customer, by what is said, how long it takes, or by
what stops working; on every page before the proof, with every service well, slow, failing and rate limited."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.people import JANE as JANE_IVR
from fakes.people import LEA as LEA_LOCKED
from fakes.people import MAX as MAX_NOFACTOR
from fakes.people import TOM as TOM_TOTP
from fakes.people import VIC as VIC_VOICE
from ivr.identity.protocol import Begun, Kind, Unknown, Unusable
from tests.ivr.attacks.observing import BEFORE_THE_PROOF, Observed, Services, Step, observed_world
from tests.ivr.handset import JANE, World

APIS = ("factors", "authn", "direct")
TROUBLES = ("slow", "failing", "rate limited")
ROUTES = {
    "factors": (
        "*",
        "GET /api/v1/users",
        "GET /api/v1/users/{id}/factors",
        "POST /api/v1/users/{id}/factors/{id}/verify",
        "GET /api/v1/users/{id}/factors/{id}/transactions/{id}",
        "DELETE /api/v1/users/{id}/factors/{id}/transactions/{id}",
    ),
    "authn": (
        "*",
        "GET /api/v1/users",
        "GET /api/v1/users/{id}",
        "POST /api/v1/authn",
        "POST /api/v1/authn/factors/{id}/verify",
        "POST /api/v1/authn/previous",
    ),
    "direct": (
        "*",
        "GET /api/v1/users",
        "GET /api/v1/users/{id}",
        "POST /oauth2/v1/primary-authenticate",
        "POST /oauth2/v1/token",
    ),
}


@dataclass(frozen=True)
class Weather:
    """What is wrong with one service on one route, from the given step of a call on."""

    service: str = ""
    trouble: str = "well"
    route: str = "*"
    since: int = 0

    def __str__(self) -> str:
        return f"{self.service} {self.trouble} {self.route} {self.since}".strip().replace("/api/v1/", "")

    def begin(self, services: Services) -> None:
        if not self.service:
            return
        faults = getattr(services, self.service)
        match self.trouble:
            case "slow":
                faults.slow_by(0.8, self.route)  # longer than the even pace
            case "failing":
                faults.fail_next(503, times=2, route=self.route)
            case "rate limited":
                faults.rate_limit(2, self.route)
            case _:
                raise ValueError(self.trouble)


@dataclass(frozen=True)
class Pair:
    """A customer with the factors that decoys have, and somebody who cannot be proven and is offered the same first."""

    customer: str
    nobody: str
    decoys: str
    preferred: str


# Keys, or silence where nothing listens; seconds before each. The tour alone comes by almost everything.
TOUR: list[tuple[str, float]] = [
    *[("1", 0), ("*", 0), ("*", 0), ("1", 0), ("000000", 4), ("*", 0), ("1", 0)],
    *[("*", 31), ("2", 0), ("000000", 5), ("#", 5), ("*", 5), ("2", 5), ("2", 0)],
]
WALKS: list[list[tuple[str, float]]] = [
    TOUR,
    [("1", 0), ("1", 0), *[("#", 5.0)] * 17],  # to the end of the line's patience
    [("9", 0), ("#", 0), ("1", 0), ("1", 0), ("123", 0), ("9", 0), ("4", 0), ("2", 0)],
]
KEYS = st.sampled_from(["1", "1", "1", "000000", "000000", "*", "#", "123", "9", "2"])
MOVES = st.lists(st.tuples(KEYS, st.sampled_from([0.0, 3.0, 31.0])), max_size=20)
SEVERAL = settings(max_examples=12, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def world_of(api: str, pair: Pair, **environ: str) -> tuple[World, Services]:
    offered = "OKTA_DIRECT_FACTORS" if api == "direct" else "IVR_DECOY_FACTORS"
    return observed_world(api, **{offered: pair.decoys}, **environ)


async def lived(
    api: str, pair: Pair, caller: str, moves: list[tuple[str, float]], weather: Weather, **environ: str
) -> list[Step]:
    """What this caller gets, with one call after the other for as long as there are moves."""
    world, services = world_of(api, pair, **environ)
    if pair.customer == JANE:
        world.change_profile(JANE_IVR.id, ivrFactorPreference=pair.preferred)
    steps: list[Step] = []
    number, phone = 1, None
    for at, (key, seconds) in enumerate(moves):
        if at == weather.since:
            weather.begin(services)
        if phone is None or phone.reply is None or not (phone.reply.action or phone.reply.redirect):
            phone = Observed(world.app, phone=caller, call_sid=f"CA{number:032x}", steps=steps)
            number += 1
            await phone.dial()
        world.clock.at += seconds
        assert phone.reply is not None
        if phone.reply.action:
            await phone.press(key)
        elif phone.reply.redirect:
            await phone.wait()
    await world.line.background.close()
    return steps


@cache
def offers_to(api: str, number: str, kinds: str = "sms push") -> tuple[str, bool | None]:
    """The factor that nobody with this number is offered first, and whether it and all others are refused."""

    async def offered() -> tuple[str, bool | None]:
        world, _ = world_of(api, Pair("", number, kinds, ""))
        proofs = world.line.proofs
        begun = await proofs.begin(Unknown("a stranger"), number)
        assert isinstance(begun, Begun)
        refused = set()
        for factor in begun.factors:
            match factor.kind:
                case Kind.PUSH:
                    answer: object = await proofs.start_push(begun.attempt, factor)
                case Kind.TOTP:
                    answer = await proofs.verify(begun.attempt, factor, "000000")
                case _:
                    answer = await proofs.challenge(begun.attempt, factor)
            refused.add(isinstance(answer, Unusable))
        return begun.factors[0].kind, refused.pop() if len(refused) == 1 else None

    return asyncio.run(offered())


def stranger(api: str, kinds: str, first: str, *, is_refused: bool = False) -> str:
    """Somebody who is offered these factors, and can use all of them, or none."""
    numbers = (f"+1312555{number:04}" for number in range(400))
    return next(number for number in numbers if offers_to(api, number, kinds) == (first, is_refused))


def strangers(api: str) -> list[Pair]:
    """Jane beside a stranger who is offered a text message, and one who is offered a push."""
    return [Pair(JANE, stranger(api, "sms push", kind), "sms push", kind) for kind in ("sms", "push")]


def others(api: str) -> list[Pair]:
    """Jane beside people Okta has and cannot prove; and customers with other factors, which the settings name.

    By Direct Authentication Okta itself refuses people whom it cannot prove, so they are beside strangers who are.
    """
    people = [LEA_LOCKED, MAX_NOFACTOR]
    first = [each.preference or offers_to(api, each.phone)[0] for each in people]
    if api == "direct":
        same = [
            Pair(each.phone, stranger(api, "sms push", kind, is_refused=True), "sms push", kind)
            for each, kind in zip(people, first, strict=True)
        ]
    else:
        same = [Pair(JANE, each.phone, "sms push", kind) for each, kind in zip(people, first, strict=True)]
    if api == "authn":  # the demo's sign-on policy knows text messages and pushes alone
        return same
    return [
        *same,
        *(
            Pair(each.phone, stranger(api, each.preference, each.preference), each.preference, each.preference)
            for each in (TOM_TOTP, VIC_VOICE)
        ),
    ]


def weathers(api: str) -> list[Weather]:
    """From the beginning, or when a challenge is under way."""
    okta = [Weather("okta", trouble, route, 3) for route in ROUTES[api] for trouble in TROUBLES]
    others = [Weather(service, trouble) for service in ("accounts", "twilio") for trouble in ("slow", "failing")]
    return [Weather(), *(Weather("okta", trouble) for trouble in TROUBLES), *okta, *others]


async def assert_alike(api: str, pair: Pair, moves: list[tuple[str, float]], weather: Weather) -> list[Step]:
    customer = await lived(api, pair, pair.customer, moves, weather)
    nobody = await lived(api, pair, pair.nobody, moves, weather)
    assert nobody == customer
    return nobody


@pytest.mark.parametrize(("api", "weather"), [(api, each) for api in APIS for each in weathers(api)], ids=str)
async def test_in_any_weather_a_customer_and_nobody_hear_the_same_after_the_same_time(
    api: str, weather: Weather
) -> None:
    """And as many requests are made for both, of the same kinds."""
    pairs = await asyncio.to_thread(strangers, api)
    for pair in pairs if weather.route == "*" else pairs[-1:]:  # the tour with a push first comes by every route
        await assert_alike(api, pair, TOUR, weather)


@pytest.mark.parametrize("api", APIS)
async def test_the_walks_come_to_every_page_before_the_proof(api: str) -> None:
    pairs = await asyncio.to_thread(lambda: [*strangers(api), *others(api)])

    steps = [step for pair in pairs for moves in WALKS for step in await assert_alike(api, pair, moves, Weather())]

    assert {step.path for step in steps} == BEFORE_THE_PROOF - ({"/ivr/verify_code"} if api == "authn" else set())


@pytest.mark.parametrize("api", APIS)
@SEVERAL
@given(data=st.data())
def test_whatever_a_caller_does_a_customer_and_nobody_hear_the_same_and_okta_is_asked_as_often(
    api: str, data: st.DataObject
) -> None:
    """Over any number of calls, with any keys but the right code, in any weather that begins at any moment."""
    pair = data.draw(st.sampled_from([*strangers(api), *others(api)]))
    weather = data.draw(st.sampled_from(weathers(api)))
    moves = data.draw(MOVES)

    asyncio.run(assert_alike(api, pair, moves, weather))


@pytest.mark.parametrize("caller", [JANE, "+13125550100"])
async def test_how_long_twilio_takes_does_not_tell_who_is_called_back(caller: str) -> None:
    world, services = observed_world("factors", IVR_EVEN_PACE="0")
    services.twilio.slow_by(0.8)
    phone = Observed(world.app, phone=caller)
    await phone.reach("2")

    assert phone.steps[-1].path == "/ivr/call_back_order"
    assert phone.steps[-1].seconds == 0.0


@pytest.mark.parametrize("caller", [JANE, "+13125550100"])
async def test_a_list_that_is_down_does_not_tell_who_is_called_back(caller: str) -> None:
    world, services = observed_world("factors")
    services.accounts.fail_next(503, times=9)
    phone = Observed(world.app, phone=caller)

    assert (await phone.reach("2")).said == "Goodbye."
    await world.line.background.close()


@pytest.mark.parametrize("api", APIS)
async def test_an_outage_while_a_push_is_waited_for_ends_the_call_of_nobody_too(api: str) -> None:
    """With one question a look, of the rate-limit class of a push's own polls."""
    pair = (await asyncio.to_thread(strangers, api))[-1]
    world, services = world_of(api, pair)
    phone = Observed(world.app, phone=pair.nobody)
    await phone.reach("1", "1")
    await phone.wait()
    services.okta.fail_next(503, times=9)
    said = [(await phone.wait()).said for _ in range(3)]

    looked = {
        "factors": "GET atko.okta.example/api/v1/users/{id}/factors/{id}/transactions/{id}",
        "authn": "POST atko.okta.example/api/v1/authn/factors/{id}/verify",
        "direct": "POST atko.okta.example/oauth2/v1/token",
    }
    assert {tuple(step.asked) for step in phone.steps[-4:]} == {(looked[api],)}
    assert "a service I need is not responding" in said[-1]


# Okta looks longer for what it has, and sending takes its time.
SLOW_FOR_JANE = {
    "GET /api/v1/users": 0.2,
    f"GET /api/v1/users/{JANE_IVR.id}/factors": 0.4,
    f"POST /api/v1/users/{JANE_IVR.id}/factors/{{id}}/verify": 0.9,
}


async def times(pair: Pair, caller: str, pace: str) -> list[float]:
    """How long each answer takes with an Okta that needs its time, unequal for unequal questions."""
    world, services = world_of("factors", pair, IVR_EVEN_PACE=pace)
    world.change_profile(JANE_IVR.id, ivrFactorPreference=pair.preferred)
    for route, seconds in SLOW_FOR_JANE.items():
        services.okta.slow_by(seconds, route)
    phone = Observed(world.app, phone=caller)
    await phone.reach("1", "1")
    for _ in range(3):
        await (phone.press("000000") if phone.reply and phone.reply.action else phone.wait())
    return [step.seconds for step in phone.steps]


async def test_until_the_proof_every_answer_takes_the_same_time() -> None:
    """The greeting, too, although it says nothing of what was looked up for it."""
    for pair in await asyncio.to_thread(lambda: [*strangers("factors"), *others("factors")[:2]]):
        for caller in (pair.customer, pair.nobody):
            assert set(await times(pair, caller, "1.5")) == {1.5}


async def test_without_the_even_pace_the_time_would_tell() -> None:
    for pair in await asyncio.to_thread(strangers, "factors"):
        assert await times(pair, pair.customer, "0") != await times(pair, pair.nobody, "0")
