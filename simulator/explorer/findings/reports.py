"""What was noticed on the way: by Twilio's debugger, by the simulator, by the clock, and by the explorer itself."""

from collections.abc import Iterator

from simulator.explorer.findings.finding import Finding, Survey, meets_webhook_fault
from simulator.explorer.tree import Edge, Remark

_ABOUT_CALLERS = (13617,)
"""Codes about what a caller did: a recording too short to be transcribed is not the document's mistake."""


def debugger_entries(survey: Survey) -> Iterator[Finding]:
    """Every error and warning, once for each document."""
    for edge in survey.tree.edges:
        if meets_webhook_fault(edge):
            continue
        for remark in edge.warnings:
            if remark.level != "policy" and not _is_told_elsewhere(survey, edge, remark):
                yield _debugger_entry(survey, edge, remark)


def _is_told_elsewhere(survey: Survey, edge: Edge, remark: Remark) -> bool:
    is_fatal = remark.level == "error" and survey.target(edge).ending == "application-error"
    return is_fatal or remark.code in _ABOUT_CALLERS


def _debugger_entry(survey: Survey, edge: Edge, remark: Remark) -> Finding:
    line = "" if remark.line is None else f", line {remark.line}"
    return Finding(
        f"debugger:{remark.code}:{survey.document(edge)}",
        "debugger",
        "error" if remark.level == "error" else "warning",
        f"The debugger says about {survey.document(edge)}{line}: {remark.code} {remark.message}.",
        remark.remedy or "correct the document",
        edge.id,
    )


def remarks(survey: Survey) -> Iterator[Finding]:
    """Every remark, once for each document; about a caller who hangs up there is nothing to remark."""
    for edge in survey.tree.edges:
        if meets_webhook_fault(edge) or edge.move.kind == "hangup" or _has_own_rule(survey, edge):
            continue
        for remark in edge.warnings:
            if remark.level == "policy":
                line = "" if remark.line is None else f", line {remark.line}"
                yield Finding(
                    f"remark:{survey.document(edge)}:{remark.message}",
                    "remark",
                    "note",
                    f"The simulator says about {survey.document(edge)}{line}: {remark.message}.",
                    remark.remedy,
                    edge.id,
                )


def _has_own_rule(survey: Survey, edge: Edge) -> bool:
    return survey.target(edge).ending in ("loop", "time-limit")


def slow_webhooks(survey: Survey) -> Iterator[Finding]:
    """Every request that took longer than the policy allows."""
    for edge in survey.tree.edges:
        if edge.move.fault:
            continue
        for request in edge.requests:
            if request.latency > survey.policy.slow:
                yield Finding(
                    f"slow:{request.address}",
                    "slow",
                    "warning",
                    f"{request.address} takes {request.latency:.1f} s to answer; callers hear silence, "
                    "and Twilio gives up after 15 s.",
                    "answer at once, with a Pause and a Redirect while the work goes on",
                    edge.id,
                )


def unsteady_places(survey: Survey) -> Iterator[Finding]:
    """Every state that was left for that reason."""
    for state in survey.tree.states:
        if state.left_out == "unsteady":
            yield Finding(
                f"unsteady:{survey.place(state)}",
                "unsteady",
                "warning",
                f"{survey.where(state)} was not explored: the moves that led there led elsewhere the next time.",
                "explore an application that starts afresh with every call, or a coarser --same",
                state.via,
            )
