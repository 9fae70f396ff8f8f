"""Steps about whom the call dials: who it is, how that ends, and whether the two are joined.

Somebody who is rung and of whom the script says nothing does not answer: it rings until the Dial gives up.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from simulator.callers.script.caller import Caller
from simulator.callers.script.fields import (
    check_true,
    choice_of,
    fields_of,
    number_of,
    parameters_of,
    shown,
    text_of,
)
from simulator.callers.script.misses import MissedError, near_leg, standing
from simulator.callers.script.source import Fields, UnreadableError, Value
from simulator.callers.script.steps.attributes import attributes_of_fields, filled, has_attributes, names_of
from simulator.timeline.record import DialledLeg
from simulator.verbs.dial.dial import Dial
from simulator.verbs.dial.parties import Client, Number, Sip
from simulator.verbs.dial.sip import REFUSED, is_passed_on
from simulator.vocabulary import Refusal

_OUTCOMES: Mapping[str, Refusal | Literal["completed"]] = {"completed": "completed", **{name: name for name in REFUSED}}
_ATTRIBUTES = names_of(Dial, Number, Client, Sip)
_COMPARED = 10
"""So many digits of a number are compared, from the right: with or without country code, however it is written."""


@dataclass(frozen=True, slots=True)
class ExpectDial:
    """The call dials that number (None: any), with these attributes and parameters; after the one found last."""

    number: str | None
    attributes: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EndDial:
    """The dialled call ends so. `seconds` it was talked, or rang before that; None: at once, or as long as it rings."""

    outcome: Refusal | Literal["completed"]
    seconds: float | None
    sip_headers: Mapping[str, str] = field(default_factory=dict)
    """Of the answer of a SIP address."""


@dataclass(frozen=True, slots=True)
class ExpectBridged:
    """This person and the other one hear each other."""


def read_expect_dial(value: Value, _: Mapping[str, Value]) -> ExpectDial:
    fields = dict(fields_of(value, "expect_dial", ("number", *_ATTRIBUTES, "parameters")))
    parameters = fields.pop("parameters", None)
    number, attributes = attributes_of_fields(fields, "number")
    return ExpectDial(number, attributes, {} if parameters is None else parameters_of(parameters, "parameters"))


def read_dial_outcome(value: Value, more: Mapping[str, Value]) -> EndDial:
    outcome = _OUTCOMES[choice_of(value, "dial_outcome", tuple(_OUTCOMES))]
    seconds = more.get("seconds")
    headers = read_sip_headers(more)
    if headers and outcome != "completed":
        raise UnreadableError(value.line, "sip_headers stand in an answer: dial_outcome is completed then")
    return EndDial(outcome, None if seconds is None else number_of(seconds, "seconds", most=86_400), headers)


def read_sip_headers(more: Mapping[str, Value]) -> Mapping[str, str]:
    """The headers beside a step in which a SIP address answers."""
    if "sip_headers" not in more:
        return {}
    value = more["sip_headers"]
    if not isinstance(value, Fields):
        raise UnreadableError(value.line, f"sip_headers is a mapping such as {{X-Agent: 7}}, got {shown(value)}")
    unheard = [name for name in value.values if not is_passed_on(name)]
    if unheard:
        raise UnreadableError(value.line, f"only headers that begin with X- are passed on, {unheard[0]} does not")
    return {name: text_of(each, name) for name, each in value.values.items()}


def read_expect_bridged(value: Value, _: Mapping[str, Value]) -> ExpectBridged:
    check_true(value, "expect_bridged")
    return ExpectBridged()


async def expect_dial(step: ExpectDial, caller: Caller) -> None:
    number = None if step.number is None else await caller.fill(step.number)
    attributes, parameters = await filled(step.attributes, caller), await filled(step.parameters, caller)

    def is_it(leg: DialledLeg) -> bool:
        is_given = all(leg.dialling.given.get(name, "") == text for name, text in parameters.items())
        return _is_number(leg.called, number) and has_attributes(leg.dialling.attributes, attributes) and is_given

    if await caller.handset.until(caller.later_legs(is_it)):
        return
    record = caller.record
    passed = next((leg for leg in record.dialled[: caller.legs_seen] if is_it(leg)), None)
    wanted = {**attributes, **parameters}
    reason = f"{number or 'nobody'} was {'not ' if number else ''}dialled{' so' if wanted else ''}"
    raise MissedError(f"{reason}: {standing(record)}", near_leg(number, wanted, record, passed=passed))


async def dial_outcome(step: EndDial, caller: Caller) -> None:
    leg = await caller.open_leg()
    if leg is None:
        raise nobody_dialled(caller)
    if step.outcome == "completed":
        await _talk(leg, step, caller)
    elif leg.is_answered:
        reason = f"{leg.called} has answered: such a call ends as completed, not as {step.outcome}"
        raise MissedError(f"{reason}; {standing(caller.record)}")
    else:
        await _ring(leg, step.outcome, step.seconds, caller)


def nobody_dialled(caller: Caller) -> MissedError:
    """There is no leg that the step could be about."""
    return MissedError(f"nobody was being dialled: {standing(caller.record)}", near_leg(None, {}, caller.record))


async def _ring(leg: DialledLeg, outcome: Refusal, seconds: float | None, caller: Caller) -> None:
    if outcome == "no-answer" and seconds is None:
        await caller.handset.until(lambda: leg.ended is not None)
    else:
        await caller.handset.wait(seconds or 0.0, unless=lambda: leg.ended is not None)
    if leg.ended is None:
        await caller.company.called_party(leg).handset.decline(leg.sid, outcome)
    elif leg.ended.status != REFUSED[outcome].status:
        raise MissedError(f"{leg.called} had stopped ringing by then: {leg.ended.status}")


async def answer(leg: DialledLeg, sip_headers: Mapping[str, str], caller: Caller) -> Caller:
    """The called party answers, unless they have already; returns them."""
    if sip_headers and leg.dialling.noun != "Sip":
        raise MissedError(f"{leg.called} is not a SIP address: its answer has no sip_headers", "")
    party = caller.company.called_party(leg)
    if not leg.is_answered:
        await party.answer(leg.sid, sip_headers)
    return party


async def _talk(leg: DialledLeg, step: EndDial, caller: Caller) -> None:
    party = await answer(leg, step.sip_headers, caller)
    if not await party.handset.until(lambda: party.record.other is not None):
        raise MissedError(f"{leg.called} has answered but was not joined to the caller: {standing(party.record)}")
    await party.handset.wait(step.seconds or 0.0, unless=lambda: not party.handset.is_up)
    await party.handset.hang_up()


async def expect_bridged(step: ExpectBridged, caller: Caller) -> None:
    del step
    if not await caller.handset.until(lambda: caller.record.other is not None):
        raise MissedError(f"the call was not joined to anybody: {standing(caller.record)}")


def _is_number(called: str, wanted: str | None) -> bool:
    """Numbers by their last ten digits; a client or SIP address as it is written, with or without its kind."""
    if wanted is None:
        return True
    if ":" in called:
        return wanted in (called, called.partition(":")[2])
    digits = re.sub(r"\D", "", wanted)
    return bool(digits) and re.sub(r"\D", "", called)[-_COMPARED:] == digits[-_COMPARED:]
