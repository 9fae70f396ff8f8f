"""The step that looks at how the call ended, or at the room in which it stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.callers.handset import composed
from simulator.callers.script.caller import Caller
from simulator.callers.script.fields import choice_of
from simulator.callers.script.misses import MissedError, ending_of, standing
from simulator.callers.script.source import Scalar, Value
from simulator.timeline.failing import FAILED
from simulator.vocabulary import Ended

_STATUSES = ("busy", "no-answer", "failed", "canceled")
ENDS = ("completed", "rejected", "hangup", FAILED, *_STATUSES)
_ROOMS = ("queued", "conference")


@dataclass(frozen=True, slots=True)
class ExpectEnd:
    """The call ends so, or stands in that room (None: any of its kind)."""

    ending: str
    room: str | None = None


def read_expect_end(value: Value, _: Mapping[str, Value]) -> ExpectEnd:
    word, *name = value.text.split(maxsplit=1) if isinstance(value, Scalar) else [""]
    if word in _ROOMS:
        return ExpectEnd(word, name[0] if name else None)
    return ExpectEnd(choice_of(value, "expect_end", (*ENDS, *_ROOMS)))


async def expect_end(step: ExpectEnd, caller: Caller) -> None:
    record = caller.record
    caller.expects_failure |= step.ending == FAILED
    if step.ending in _ROOMS:
        await _expect_room(step, caller)
        return
    if not await caller.handset.until(lambda: record.ended is not None) or record.ended is None:
        raise MissedError(f"the call did not end: {standing(record)}")
    if step.ending not in _said_of(record.ended):
        at = record.ended_at - record.began
        reason = f"the call did not end that way: expected {step.ending}"
        raise MissedError(reason, f"at {at:.1f} s it ended: {ending_of(record)}")


async def _expect_room(step: ExpectEnd, caller: Caller) -> None:
    record, room = caller.record, None if step.room is None else await caller.fill(step.room)

    def is_there() -> bool:
        entered = record.queue if step.ending == "queued" else record.conference
        return entered is not None and (room is None or composed(room) == composed(entered.name))

    if not await caller.handset.until(is_there):
        kind = "queue" if step.ending == "queued" else "conference"
        where = f"any {kind}" if room is None else f"the {kind} {room!r}"
        raise MissedError(f"the call is not in {where}: {standing(record)}")


def _said_of(ended: Ended) -> tuple[str, ...]:
    """What a script may call such an end; who was let go by the other leg or by the REST API sees it as completed."""
    is_let_go = ended.status == "completed" and ended.ending in ("dropped", "updated")
    status = (ended.status,) if ended.status in _STATUSES else ()
    return (*status, "completed" if is_let_go else ended.ending)
