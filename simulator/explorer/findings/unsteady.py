"""Places the explorer could not come back to: the same moves led elsewhere, so what lies behind them is unknown."""

from collections.abc import Iterator

from simulator.explorer.findings.finding import Finding, Survey


def find(survey: Survey) -> Iterator[Finding]:
    """Every state that was left for that reason."""
    for state in survey.tree.states:
        if state.left_out == "unsteady":
            yield Finding(
                f"unsteady:{state.asked}",
                "unsteady",
                "warning",
                f"{survey.where(state)} was not explored: the moves that led there led elsewhere the next time.",
                "explore an application that starts afresh with every call, or a coarser --same",
                state.via,
            )
