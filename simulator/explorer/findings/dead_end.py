"""Dead ends: a move after which nothing is said and the call is over, or nothing ever happens again."""

from collections.abc import Iterator

from simulator.explorer.findings.finding import Finding, Survey, meets_webhook_fault

_SPOKEN_TO = ("gather", "record", "push", "start")


def find(survey: Survey) -> Iterator[Finding]:
    """Silence at a Gather is the business of the rule `no-input`; a caller who hangs up wants an end."""
    for edge in survey.tree.edges:
        source, target = survey.source(edge), survey.target(edge)
        if meets_webhook_fault(edge) or edge.move.kind in ("hangup", "silence"):
            continue
        is_stuck = target.kind == "stuck"
        is_mute = target.ending == "completed" and not edge.heard and source.kind in _SPOKEN_TO
        if is_stuck or is_mute:
            what = "nothing ever happens again" if is_stuck else "the call ends without a word"
            yield Finding(
                f"dead-end:{source.asked}:{edge.move.key}",
                "dead-end",
                "error" if is_stuck else "warning",
                f"At {survey.where(source)}, after {edge.move.shown} {what}.",
                "say what has happened before the call ends",
                edge.id,
            )
