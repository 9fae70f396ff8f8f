"""Loops without exit: requests that never come to the caller, places no move leads out of, silence that is for ever."""

from collections.abc import Iterator

from simulator.explorer.findings.finding import Finding, Survey, meets_webhook_fault
from simulator.explorer.tree import State

RULE = "loop"
_LOOPS = ("loop", "time-limit")
_ELSEWHERE = ("talking", "room", "stream")


def find(survey: Survey) -> Iterator[Finding]:
    """All three kinds."""
    yield from _running(survey)
    yield from _prisons(survey)
    yield from _patience(survey)


def _running(survey: Survey) -> Iterator[Finding]:
    for edge in survey.tree.edges:
        source, target = survey.source(edge), survey.target(edge)
        if not meets_webhook_fault(edge) and (target.kind == "endless" or target.ending in _LOOPS):
            yield Finding(
                f"{RULE}:{source.asked}:{edge.move.key}",
                RULE,
                "error",
                f"At {survey.where(source)}, after {edge.move.shown} documents follow one another without end.",
                f"break the circle at {survey.document(edge)}: end it with Hangup, or count the rounds",
                edge.id,
            )


def _prisons(survey: Survey) -> Iterator[Finding]:
    """Places from which no row of moves ends the call, short of hanging up."""
    free = _free(survey)
    for state in survey.tree.states:
        if state.id in free or state.is_over or not state.via:
            continue
        edge = survey.tree.edge_by_id[state.via]
        if edge.source in free:
            yield Finding(
                f"{RULE}:{state.asked}:no-exit",
                RULE,
                "error",
                f"From {survey.where(state)} no input leads to an end: a caller can only hang up.",
                "give the menu a way out, and an end after a few attempts",
                edge.id,
            )


def _free(survey: Survey) -> set[str]:
    """Where a call can end, or may: what was not explored is given the benefit of the doubt."""
    coming: dict[str, list[str]] = {}
    for edge in survey.tree.edges:
        if edge.move.kind != "hangup" and not meets_webhook_fault(edge):
            coming.setdefault(edge.target, []).append(edge.source)
    waiting = [state.id for state in survey.tree.states if _is_exit(state)]
    free = set(waiting)
    while waiting:
        for source in coming.get(waiting.pop(), ()):
            if source not in free:
                free.add(source)
                waiting.append(source)
    return free | {"s0"}


def _is_exit(state: State) -> bool:
    has_ended = state.kind == "ended" and state.ending not in _LOOPS
    return has_ended or bool(state.left_out) or state.kind in _ELSEWHERE or state.kind == "endless"


def _patience(survey: Survey) -> Iterator[Finding]:
    """Rows of silences that come back to where they were: nobody ever lets go of a phone left off the hook."""
    silent = {edge.source: edge for edge in survey.tree.edges if edge.move.kind == "silence" and not edge.move.fault}
    reported: set[str] = set()
    for state in survey.tree.states:
        row: dict[str, None] = {}
        at = state.id
        while at in silent and at not in row:
            row[at] = None
            at = silent[at].target
        if at in row and at not in reported:
            circle = list(row)[list(row).index(at) :]
            reported.update(circle)
            where = survey.tree.state_by_id[at]
            yield Finding(
                f"{RULE}:{where.asked}:silence",
                RULE,
                "warning",
                f"At {survey.where(where)}, a caller who enters nothing is asked again and again without end.",
                "say goodbye and hang up after a few attempts",
                silent[at].id,
            )
