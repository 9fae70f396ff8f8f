"""Protection that does not hold: places reached without passing a guard, wrong codes taken without end.

A guard is passed when the application answered a request to it, and that answer led straight to a protected place: by
its Redirect, its action, an HTTP redirect. It is not passed by input that the explorer knows to be wrong: a wrong or
short code, silence, a push that was denied, left alone or answered with a wrong number. Once passed, a guard stays
passed for the rest of the call.
"""

from collections.abc import Iterator

from simulator.explorer.findings.finding import Finding, Survey, matches
from simulator.explorer.tree import Edge, Path, Request

_SHORTEST_CODE = 3
"""Fewer digits are a menu's wrong key, or a slip; a code has more."""


def unguarded_places(survey: Survey) -> Iterator[Finding]:
    """Every protected path that was answered without a guard before it; or that none was ever reached."""
    protected = survey.policy.protected
    if not protected:
        return
    is_reached = False
    for edge in survey.tree.edges:
        if not any(matches(each.path, protected) and is_answered(each) for each in edge.requests):
            continue
        is_reached = True
        path = survey.tree.path_through(edge)
        for request in _intrusions(survey, path):
            yield Finding(
                f"unguarded:{request.address}",
                "unguarded",
                "error",
                f"{request.address} is reached without passing {' or '.join(survey.policy.guards) or 'any guard'}.",
                "let the application itself check that the caller has proven who they are",
                edge.id,
            )
    if not is_reached:
        yield Finding(
            "unguarded:nothing",
            "unguarded",
            "error",
            f"No path reached {' or '.join(protected)}, so nothing is shown about it.",
            "correct the pattern, or give the explorer what it needs to get there: a depth, --code, --okta",
        )


def _intrusions(survey: Survey, path: Path) -> Iterator[Request]:
    """The protected requests of the last edge that come before a guard was passed."""
    guards, protected = survey.policy.guards, survey.policy.protected
    is_passed = False
    before: tuple[Edge, Request] | None = None
    for edge in path.edges:
        for request in edge.requests:
            if request.purpose in ("media", "callback"):
                continue
            if matches(request.path, protected) and is_answered(request):
                is_passed = is_passed or (before is not None and _lets_through(*before, guards))
                if not is_passed and edge is path.edges[-1]:
                    yield request
            before = edge, request


def _lets_through(edge: Edge, request: Request, guards: tuple[str, ...]) -> bool:
    return matches(request.path, guards) and is_answered(request) and not edge.move.is_wrong


def is_answered(request: Request) -> bool:
    """The application answered, and not with an error."""
    return request.status is not None and request.status < 400 and not request.fault


def endless_attempts(survey: Survey) -> Iterator[Finding]:
    """Every move that gives one wrong code too many and may go on."""
    for edge in survey.tree.edges:
        if not _is_wrong_code(survey, edge):
            continue
        count = sum(_is_wrong_code(survey, each) for each in survey.tree.path_through(edge).edges)
        if count > survey.policy.attempts:
            where = survey.where(survey.source(edge))
            yield Finding(
                f"attempts:{survey.place(survey.source(edge))}",
                "attempts",
                "error",
                f"{where} takes more than {survey.policy.attempts} wrong codes in one call.",
                "count wrong codes, per call and per person, and end the call after a few",
                edge.id,
            )


def _is_wrong_code(survey: Survey, edge: Edge) -> bool:
    """A whole code, a wrong one, after which the call goes on."""
    move = edge.move
    digits = sum(key.isdigit() for key in move.value)
    return move.kind == "keys" and move.is_wrong and digits >= _SHORTEST_CODE and not survey.target(edge).is_over
