"""Paths that end in Twilio's "application error". Announced options that do are another rule's; so are broken webhooks
without a fallback, where nothing else can come."""

from collections.abc import Iterator

from simulator.explorer.findings.finding import Finding, Survey, meets_webhook_fault
from simulator.explorer.tree import Edge


def find(survey: Survey) -> Iterator[Finding]:
    """Every move after which the caller hears the announcement."""
    for edge in survey.tree.edges:
        if survey.target(edge).ending != "application-error":
            continue
        source = survey.source(edge)
        where = survey.where(source)
        if meets_webhook_fault(edge):
            if any(request.purpose == "fallback" for request in edge.requests):
                yield Finding(
                    f"application-error:fallback:{edge.move.fault}",
                    "application-error",
                    "error",
                    f"The fallback does not catch {edge.move.fault} after {where}: {reason(edge)}.",
                    "let the fallback URL answer with TwiML whatever has happened",
                    edge.id,
                )
            continue
        if not edge.move.fault and edge.move.kind == "keys" and edge.move.value in survey.announced(source):
            continue
        yield Finding(
            f"application-error:{source.asked}:{edge.move.key}",
            "application-error",
            "error",
            f"At {where}, to {edge.move.shown} ends in an application error: {reason(edge)}.",
            "answer every input with TwiML, the unexpected ones with a sentence",
            edge.id,
        )


def reason(edge: Edge) -> str:
    """What the debugger said last before the announcement."""
    errors = [f"{each.code} {each.message}" for each in edge.warnings if each.level == "error"]
    return errors[-1] if errors else "the debugger says nothing"
