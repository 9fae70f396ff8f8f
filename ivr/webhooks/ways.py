"""The ways a caller can still choose from, one of each kind, and the menu that names them; choosing is a page's."""

from __future__ import annotations

from dataclasses import replace

from ivr import phrases
from ivr.calls.stages import Call, Stage, moved
from ivr.identity.protocol import Factor
from ivr.line import Line
from ivr.webhooks.turn import ANOTHER_WAY, Turn

MOST_WAYS = 9  # a key each


def others(call: Call) -> tuple[Factor, ...]:
    """The first factor of each kind but the current one's."""
    first_of_kind = {factor.kind: factor for factor in reversed(call.factors)}
    kinds = dict.fromkeys(factor.kind for factor in call.factors)
    return tuple(first_of_kind[kind] for kind in kinds if call.factor is None or kind is not call.factor.kind)


def ways(call: Call) -> tuple[Factor, ...]:
    """What the menu offers, in the order of its keys: a new code where one was sent, then the other factors."""
    again = (call.factor,) if call.factor and call.back is Stage.CODE_ASKED and call.factor.kind.is_delivered else ()
    return (*again, *others(call))[:MOST_WAYS]


def ways_asked(line: Line, call: Call, *first: str) -> Turn:
    """Leave the current factor's question for the menu; the way back stays open."""
    call = moved(replace(call, back=call.stage), Stage.CHOOSING)
    return Turn(call, line.script.ask(menu_of(call), to=ANOTHER_WAY, first=first))


def menu_of(call: Call) -> str:
    """The spoken menu."""
    lines = (
        phrases.way(phrases.NEW_CODE if factor is call.factor else phrases.WAYS[factor.kind], key)
        for key, factor in enumerate(ways(call), start=1)
    )
    return " ".join((*lines, phrases.GO_BACK))
