"""Steps that break something on purpose and mend it again, while the call goes on."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.callers.script.caller import Caller
from simulator.callers.script.fields import text_of, whole_number_of
from simulator.callers.script.misses import MissedError
from simulator.callers.script.source import UnreadableError, Value

ALL = "all"


@dataclass(frozen=True, slots=True)
class Break:
    """From the next request on this trouble happens; with `times` to so many webhooks."""

    name: str
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Mend:
    """It happens no longer, or nothing does (`all`)."""

    name: str


def read_break(value: Value, beside: Mapping[str, Value]) -> Break:
    times = beside.get("times")
    return Break(text_of(value, "break").strip(), None if times is None else _times(times))


def read_mend(value: Value, _: Mapping[str, Value]) -> Mend:
    return Mend(text_of(value, "mend").strip())


async def break_it(step: Break, caller: Caller) -> None:
    await caller.handset.hesitate()
    await caller.company.troubles.begin(step.name, step.times)


async def mend(step: Mend, caller: Caller) -> None:
    await caller.handset.hesitate()
    troubles = caller.company.troubles
    if step.name == ALL:
        await troubles.end_all()
        return
    on = [trouble.name for trouble in troubles.on]
    if step.name not in on:
        raise MissedError(f"{step.name} is not broken; {' and '.join(on) or 'nothing'} is")
    await troubles.end(step.name)


def _times(value: Value) -> int:
    times = whole_number_of(value, "times")
    if times < 1:
        raise UnreadableError(value.line, "times is how many webhooks meet it, at least 1")
    return times
