"""Protected places reached without passing a guard, and protection that showed nothing.

A guard is passed when the application answered a request to it, and that answer led straight to a protected place: by
its Redirect, its action, an HTTP redirect. It is not passed by input that the explorer knows to be wrong: a wrong or
short code, silence, a push that was denied, left alone or answered with a wrong number. Once passed, a guard stays
passed for the rest of the call.
"""

from collections.abc import Iterator

from simulator.explorer.findings.finding import Finding, Survey, matches
from simulator.explorer.tree import Edge, Path, Request

RULE = "unguarded"


def find(survey: Survey) -> Iterator[Finding]:
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
                f"{RULE}:{request.address}:{edge.move.key}",
                RULE,
                "error",
                f"{request.address} is reached without passing {' or '.join(survey.policy.guards) or 'any guard'}.",
                "let the application itself check that the caller has proven who they are",
                edge.id,
            )
    if not is_reached:
        yield Finding(
            f"{RULE}:nothing",
            RULE,
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
