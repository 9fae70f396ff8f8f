"""Wrong codes that are taken without end: more than the policy's number of them in one call."""

from collections.abc import Iterator

from simulator.explorer.findings.finding import Finding, Survey
from simulator.explorer.tree import Edge

_LEAST = 3
"""Fewer digits are a menu's wrong key, or a slip; a code has more."""


def find(survey: Survey) -> Iterator[Finding]:
    """Every move that gives one wrong code too many and may go on."""
    for edge in survey.tree.edges:
        if not _is_taken(survey, edge):
            continue
        count = sum(_is_taken(survey, each) for each in survey.tree.path_through(edge).edges)
        if count > survey.policy.attempts:
            where = survey.where(survey.source(edge))
            yield Finding(
                f"attempts:{survey.source(edge).asked}",
                "attempts",
                "error",
                f"{where} takes more than {survey.policy.attempts} wrong codes in one call.",
                "count wrong codes, per call and per person, and end the call after a few",
                edge.id,
            )


def _is_taken(survey: Survey, edge: Edge) -> bool:
    """A whole code, a wrong one, after which the call goes on."""
    move = edge.move
    digits = sum(key.isdigit() for key in move.value)
    return move.kind == "keys" and move.is_wrong and digits >= _LEAST and not survey.target(edge).is_over
