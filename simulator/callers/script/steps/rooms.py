"""Steps about the rooms a call can be in. How it stands in a queue at the end is told by expect_end."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.callers.handset import composed
from simulator.callers.script.caller import Caller
from simulator.callers.script.misses import MissedError, near_room, standing
from simulator.callers.script.source import Value
from simulator.callers.script.steps.attributes import filled, has_attributes, names_of, read_with_attributes
from simulator.verbs.dial.conference import ConferenceNoun
from simulator.verbs.dial.dial import Dial

_ATTRIBUTES = names_of(ConferenceNoun, Dial)


@dataclass(frozen=True, slots=True)
class ExpectConference:
    """The call is in the conference of that name (None: any), on these terms."""

    name: str | None
    attributes: Mapping[str, str] = field(default_factory=dict)


def read_expect_conference(value: Value, _: Mapping[str, Value]) -> ExpectConference:
    return ExpectConference(*read_with_attributes(value, "expect_conference", "name", _ATTRIBUTES))


async def expect_conference(step: ExpectConference, caller: Caller) -> None:
    name = None if step.name is None else await caller.fill(step.name)
    attributes = await filled(step.attributes, caller)
    record = caller.record

    def is_in() -> bool:
        joined = record.conference
        if joined is None or (name is not None and composed(name) != composed(joined.name)):
            return False
        return has_attributes(joined.attributes, attributes)

    await caller.handset.until(lambda: record.conference is not None)  # only people get it into another one
    if not is_in():
        so = " so" if attributes else ""
        where = "in any conference" if name is None else f"in the conference {name!r}"
        raise MissedError(f"the call was not {where}{so}: {standing(record)}", near_room(attributes, record))
