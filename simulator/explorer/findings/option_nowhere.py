"""Options that are announced and lead nowhere: to an error, to what a wrong key leads to, or to nobody who listens."""

from collections import Counter
from collections.abc import Iterator

from simulator.explorer.announced import announced
from simulator.explorer.findings.application_error import reason
from simulator.explorer.findings.finding import Finding, Survey, meets_webhook_fault
from simulator.explorer.tree import Edge, State

RULE = "option-nowhere"
_LEAST = 3
"""So few unannounced keys do not show what a wrong key leads to."""


def find(survey: Survey) -> Iterator[Finding]:
    """Every announced key that fails its caller."""
    for state in survey.tree.states:
        if state.kind == "gather":
            yield from _at_menu(survey, state)
    for edge in survey.tree.edges:
        yield from _unheard(survey, edge)


def _at_menu(survey: Survey, state: State) -> Iterator[Finding]:
    told = survey.announced(state)
    by_key = {edge.move.value: edge for edge in survey.plain(state) if edge.move.kind == "keys"}
    wrong = what_wrong_keys_do(survey, state)
    for keys in told:
        edge = by_key.get(keys)
        if edge is None:
            continue
        target = survey.target(edge)
        if target.ending == "application-error":
            why = f"ends in an application error: {reason(edge)}"
        elif outcome(survey, edge) == wrong and target.kind != "ended":
            why = "is answered like a key that means nothing"
        else:
            continue
        yield Finding(
            f"{RULE}:{state.asked}:{keys}",
            RULE,
            "error",
            f"{survey.where(state)} announces {keys}, which {why}.",
            "correct the action URL or the branch for this key, or do not announce it",
            edge.id,
        )


def _unheard(survey: Survey, edge: Edge) -> Iterator[Finding]:
    target = survey.target(edge)
    if target.kind != "ended" or target.ending == "application-error" or meets_webhook_fault(edge):
        return
    for keys in announced(edge.heard, survey.policy.patterns):
        yield Finding(
            f"{RULE}:{survey.document(edge)}:unheard:{keys}",
            RULE,
            "error",
            f"{survey.document(edge)} announces {keys}, and the call ends: nobody listens for keys.",
            "put the prompt into a Gather",
            edge.id,
        )


Outcome = tuple[object, ...]


def outcome(survey: Survey, edge: Edge) -> Outcome:
    """What a move came to, for the caller; finer than a fingerprint may be."""
    target = survey.target(edge)
    return target.kind, target.ending, survey.document(edge), edge.heard


def what_wrong_keys_do(survey: Survey, state: State) -> Outcome | None:
    """What most unannounced keys come to; None when too few were pressed."""
    told = survey.announced(state)
    others = [
        outcome(survey, edge)
        for edge in survey.plain(state)
        if edge.move.kind == "keys" and len(edge.move.value) == 1 and edge.move.value not in told
    ]
    if len(others) < _LEAST:
        return None
    most, count = Counter(others).most_common(1)[0]
    return most if count > 1 else None
