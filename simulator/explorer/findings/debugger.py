"""What Twilio's debugger would show. Errors that end a call are the business of the rules about those ends."""

from collections.abc import Iterator

from simulator.explorer.findings.finding import Finding, Survey, meets_webhook_fault
from simulator.explorer.tree import Edge, Remark


def find(survey: Survey) -> Iterator[Finding]:
    """Every remark, once for each document."""
    for edge in survey.tree.edges:
        if meets_webhook_fault(edge):
            continue
        for remark in edge.warnings:
            if not _is_told_elsewhere(survey, edge, remark):
                yield _finding(survey, edge, remark)


def _is_told_elsewhere(survey: Survey, edge: Edge, remark: Remark) -> bool:
    ending = survey.target(edge).ending
    is_fatal = remark.level == "error" and ending == "application-error"
    return is_fatal or (remark.level == "policy" and ending in ("loop", "time-limit"))


def _finding(survey: Survey, edge: Edge, remark: Remark) -> Finding:
    asked = survey.document(edge) or "the start of the call"
    line = "" if remark.line is None else f", line {remark.line}"
    code = str(remark.code) if remark.code else "the simulator"
    return Finding(
        f"debugger:{remark.code}:{survey.document(edge)}",
        "debugger",
        "error" if remark.level == "error" else "warning",
        f"The debugger says about {asked}{line}: {code} {remark.message}.",
        "correct the document",
        edge.id,
    )
