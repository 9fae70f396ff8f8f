"""Steps in which somebody else acts: the party that was called, or another caller on the same line.

Both stay on the phone when their steps have run out; the same step again goes on with them, also after their call.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.callers.script.caller import Caller
from simulator.callers.script.fields import (
    CALLER_ID_FIELDS,
    called_of,
    caller_id_of,
    caller_of,
    check_true,
    fields_of,
)
from simulator.callers.script.misses import MissedError, standing
from simulator.callers.script.source import UnreadableError, Value
from simulator.callers.script.steps.dialling import answer, nobody_dialled, read_sip_headers
from simulator.vocabulary import UNREMARKABLE, CallerId

CALLER_FIELDS = ("from", "to", *CALLER_ID_FIELDS, "again", "steps")


@dataclass(frozen=True, slots=True)
class Callee:
    """The called party answers, unless they have already, and plays the steps inside."""

    sip_headers: Mapping[str, str] = field(default_factory=dict)
    """Of the answer of a SIP address."""


@dataclass(frozen=True, slots=True)
class CallBack:
    """The line rings this person's own phone, on a call of its own; they answer and play the steps inside."""


@dataclass(frozen=True, slots=True)
class OtherCaller:
    """Somebody else calls (None: the line), unless they have before, and plays the steps inside; `again`: anew."""

    number: str
    called: str | None
    again: bool
    caller_id: CallerId = UNREMARKABLE


def read_callee(value: Value, more: Mapping[str, Value]) -> Callee:
    del value  # its steps are read by whoever reads steps
    return Callee(read_sip_headers(more))


def read_call_back(value: Value, _: Mapping[str, Value]) -> CallBack:
    del value  # its steps are read by whoever reads steps
    return CallBack()


def read_caller(value: Value, _: Mapping[str, Value]) -> OtherCaller:
    fields = fields_of(value, "caller", CALLER_FIELDS)
    for name in ("from", "steps"):
        if name not in fields:
            raise UnreadableError(value.line, f"caller needs {name}")
    if "again" in fields:
        check_true(fields["again"], "again")
    called = called_of(fields["to"], "to") if "to" in fields else None
    return OtherCaller(caller_of(fields["from"], "from"), called, "again" in fields, caller_id_of(fields))


def steps_of_caller(value: Value) -> Value:
    """Where in the step's value the other caller's steps stand."""
    return fields_of(value, "caller", CALLER_FIELDS)["steps"]


async def callee(step: Callee, caller: Caller) -> None:
    leg = await caller.open_leg() or caller.leg_in_hand
    if leg is None or not (leg.is_answered or leg.ended is None):
        raise nobody_dialled(caller)
    await caller.give_way(await answer(leg, step.sip_headers, caller))


async def call_back(step: CallBack, caller: Caller) -> None:
    del step
    number = caller.handset.number
    await caller.handset.until(lambda: caller.company.is_rung(number))
    party = await caller.company.called_back(number)
    if party is None:
        raise MissedError(f"{number} was not called back: {standing(caller.record)}")
    await caller.give_way(party)


async def caller(step: OtherCaller, caller: Caller) -> None:
    other = caller.company.caller(step.number, again=step.again)
    if not other.handset.has_dialled:
        await other.dial(step.called or caller.company.called, step.caller_id)
    await caller.give_way(other)
