"""Places where silence is not handled: the caller says nothing, and the call ends without a word."""

from collections.abc import Iterator

from simulator.explorer.findings.finding import Finding, Survey


def find(survey: Survey) -> Iterator[Finding]:
    """Every Gather after which the document simply ends."""
    for state in survey.tree.states:
        if state.kind != "gather":
            continue
        for edge in survey.plain(state):
            target = survey.target(edge)
            if edge.move.kind == "silence" and target.ending == "completed" and not edge.heard:
                yield Finding(
                    f"no-input:{state.asked}",
                    "no-input",
                    "error",
                    f"At {survey.where(state)}, a caller who enters nothing is cut off without a word.",
                    "after the Gather, ask again or say goodbye",
                    edge.id,
                )
