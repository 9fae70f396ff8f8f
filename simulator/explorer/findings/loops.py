"""Loops without an exit: documents that never come to the caller, places no move leads out of, moves that lead back.

What is told is what the caller does and hears: documents that lead to one another, or the same move again and again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from simulator.explorer.findings.finding import Finding, Severity, Survey, is_silence, meets_webhook_fault, silence
from simulator.explorer.fingerprints import same_offer
from simulator.explorer.tree import Edge, State

_LOOPS = ("loop", "time-limit")
_ELSEWHERE = ("talking", "room", "stream")


def loops(survey: Survey) -> Iterator[Finding]:
    """All kinds; what comes of silence is not told of places that have no exit at all."""
    yield from _running(survey)
    free = _free(survey)
    yield from _prisons(survey, free)
    for row in _circles(survey, is_silence):
        if row[-1].target in free:
            yield _patience(survey, row)
    for row in _circles(survey, _is_message):
        yield _message(survey, row)
    for row in _circles(survey, _is_unanswered):
        yield _ringing(survey, row)


# ---------------------------------------------------------------- documents that lead to one another


def _running(survey: Survey) -> Iterator[Finding]:
    for edge in survey.tree.edges:
        target = survey.target(edge)
        if meets_webhook_fault(edge) or (target.kind != "endless" and target.ending not in _LOOPS):
            continue
        asked = [each.address for each in edge.requests if each.purpose == "document"]
        documents = sorted(_recurring(asked)) or [survey.document(edge)]
        words = _recurring(edge.heard)
        hears = f"hears {_quoted(words)} again and again" if words else "hears nothing"
        yield Finding(
            f"loop:{'+'.join(documents)}",
            "loop",
            "error",
            f"{' and '.join(documents)} {'lead' if len(documents) > 1 else 'leads'} back to "
            f"{'one another' if len(documents) > 1 else 'itself'} without end; the caller {hears}.",
            "break the circle: ask the caller something, end it with Hangup, or count the rounds",
            edge.id,
        )


def _recurring(each: Sequence[str]) -> Sequence[str]:
    """What comes about as often as the one that comes most."""
    counts = Counter(each)
    most = max(counts.values(), default=0)
    return [one for one, count in counts.items() if count >= most - 1 and count > 1]


def _quoted(words: Sequence[str]) -> str:
    return " and ".join(f"“{each}”" for each in words)


# ---------------------------------------------------------------- places without an exit


def _prisons(survey: Survey, free: set[str]) -> Iterator[Finding]:
    """Places from which no row of moves ends the call, short of hanging up."""
    for state in survey.tree.states:
        if state.id in free or state.is_over or not state.via:
            continue
        edge = survey.tree.edge_by_id[state.via]
        if edge.source in free:
            yield Finding(
                f"loop:{survey.place(state)}:no-exit",
                "loop",
                "error",
                f"From {survey.where(state)} no input leads to an end: a caller can only hang up.",
                "give the menu a way out, and an end after a few attempts",
                edge.id,
            )


def _free(survey: Survey) -> set[str]:
    """Where a call can end, or may: what was not explored is given the benefit of the doubt."""
    coming: dict[str, list[str]] = {}
    for source, target in _ways(survey):
        coming.setdefault(target, []).append(source)
    waiting = [state.id for state in survey.tree.states if _is_exit(state)]
    free = set(waiting)
    while waiting:
        for source in coming.get(waiting.pop(), ()):
            if source not in free:
                free.add(source)
                waiting.append(source)
    return free | {"s0"}


def _ways(survey: Survey) -> Iterator[tuple[str, str]]:
    """From state to state; a key that was not pressed again at a menu leads where it led the first time."""
    first: dict[object, State] = {}
    for state in survey.tree.states:
        made = {edge.move.key: edge for edge in survey.tree.edges_from(state) if not meets_webhook_fault(edge)}
        model = first.setdefault(same_offer(state, survey.policy.patterns), state)
        for edge in [*made.values(), *(each for each in survey.plain(model) if each.move.key not in made)]:
            if edge.move.kind != "hangup":
                yield state.id, edge.target


def _is_exit(state: State) -> bool:
    has_ended = state.kind == "ended" and state.ending not in _LOOPS
    return has_ended or state.is_unexplored or state.kind in _ELSEWHERE or state.kind == "endless"


# ---------------------------------------------------------------- the same move again and again


def _circles(survey: Survey, is_made: Callable[[Edge], bool]) -> Iterator[Sequence[Edge]]:
    """Rows of such moves that never end, each from the first state it begins at to the first that is met again."""
    leaving = {edge.source: edge for edge in survey.tree.edges if is_made(edge) and not edge.move.fault}
    told: set[str] = set()
    for state in survey.tree.states:
        row: dict[str, Edge] = {}
        at = state.id
        while at in leaving and at not in row:
            row[at] = leaving[at]
            at = leaving[at].target
        if at in row and at not in told:
            told.update(list(row)[list(row).index(at) :])
            yield _until_again(survey, list(row.values()))


def _until_again(survey: Survey, row: Sequence[Edge]) -> Sequence[Edge]:
    """The beginning of the row, up to the first place that looks like one before it."""
    met: set[str] = set()
    for position, edge in enumerate(row):
        met.add(survey.source(edge).fingerprint)
        if survey.target(edge).fingerprint in met:
            return row[: position + 1]
    return row


def _patience(survey: Survey, row: Sequence[Edge]) -> Finding:
    """Nobody ever lets go of a phone left off the hook."""
    return _again(
        survey,
        row,
        "silence",
        "warning",
        f"a caller who {silence(row[-1])} is asked again and again without end",
        "say goodbye and hang up after a few attempts",
    )


def _is_message(edge: Edge) -> bool:
    return edge.move.kind == "talk" and not is_silence(edge)


def _message(survey: Survey, row: Sequence[Edge]) -> Finding:
    """Typically a Record without action, after which Twilio asks for the same document again."""
    return _again(
        survey,
        row,
        "message",
        "error",
        "a caller who leaves a message is asked for another one again and again without end",
        "give the Record an action that goes on: without one, Twilio asks for its own document again",
    )


def _is_unanswered(edge: Edge) -> bool:
    return edge.move.kind == "callee" and edge.move.value == "no-answer"


def _ringing(survey: Survey, row: Sequence[Edge]) -> Finding:
    return _again(
        survey,
        row,
        "ringing",
        "warning",
        "a caller whom nobody answers is made to wait for another try again and again without end",
        "after a few tries, say that nobody is there, or take a message",
    )


def _again(survey: Survey, row: Sequence[Edge], what: str, severity: Severity, does: str, remedy: str) -> Finding:
    start = survey.source(row[0])
    edges = (*survey.tree.path_to(start).edges, *row)
    return Finding(
        f"loop:{survey.place(start)}:{what}",
        "loop",
        severity,
        f"At {survey.where(start)}, {does}.",
        remedy,
        row[-1].id,
        along=tuple(edge.id for edge in edges),
    )
