"""The page behind star: the caller chooses another factor, or goes back; each choice is a challenge like any other."""

from __future__ import annotations

from dataclasses import replace

from ivr.calls.stages import Call, Stage, moved
from ivr.line import Line
from ivr.webhooks.authenticate import challenged, code_asked, push_awaited
from ivr.webhooks.common import missed
from ivr.webhooks.offering import offered
from ivr.webhooks.turn import ANOTHER_WAY, Heard, Turn
from ivr.webhooks.ways import menu_of, ways


async def another_way(line: Line, call: Call, heard: Heard) -> Turn:
    """A key for each way. Star: back to where the caller came from, with what was sent still good."""
    match heard.digits:
        case None | "#":
            return Turn(call, line.script.ask(menu_of(call), to=ANOTHER_WAY))
        case "*":
            return _back(line, call)
        case key if key.isdecimal() and 0 < int(key) <= len(ways(call)):
            return await _taken(line, call, ways(call)[int(key) - 1].id)
        case _:
            return missed(line, call, menu_of(call), to=ANOTHER_WAY)


async def _taken(line: Line, call: Call, factor_id: str) -> Turn:
    """A challenge that is out is given up, unless it is only asked for again."""
    assert call.attempt is not None
    chosen = next(factor for factor in ways(call) if factor.id == factor_id)
    if call.back is not Stage.OFFERED and chosen != call.factor:
        await line.proofs.step_back(call.attempt, call.push)
    return await challenged(line, replace(call, factor=chosen, push=None), chosen)


def _back(line: Line, call: Call) -> Turn:
    call = moved(call, call.back)
    match call.stage:
        case Stage.CODE_ASKED:
            return code_asked(line, call)
        case Stage.PUSH_SENT:
            return push_awaited(line, call)
        case _:
            return offered(line, call)
