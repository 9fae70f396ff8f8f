"""What the drill demands, and whether it was so. Starts and measures nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

P99 = 100.0  # milliseconds
GROWTH = 0.05
"""Memory is flat if it grows less than this share between a warm worker and the end."""
AT_THE_KILL = 1.5
"""Seconds within which a webhook that ends without an answer is one that the killed worker was answering."""
NO_ANSWER = 11205


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row; None is not judged."""

    what: str
    measured: str
    demanded: str
    is_met: bool | None


def verdicts(
    report: Mapping[str, Any],
    *,
    killed_at: float,
    growth: Mapping[int, float | None],
    restarted: int,
    alive: int,
    failed_webhooks: int,
    is_short: bool = False,
) -> Sequence[Verdict]:
    """Rows from the load's report and from what was seen beside it; `killed_at` is in Unix seconds.

    A short drill measures too few webhooks, on machines that do other things, to judge how fast they were.
    """
    calls, webhooks = report["calls"], report["webhooks"]["all"]
    outcomes = calls["outcomes"]
    well, cut = outcomes["as the script says"], cut_by_the_kill(report["failed_calls"], killed_at)
    slowest = webhooks["max"]
    known = [each for each in growth.values() if each is not None]
    most = max(known, default=None)
    return [
        Verdict(
            "calls that went as their script says",
            f"{well} of {calls['made']}" + (f", {cut} cut off in the webhook that was killed" if cut else ""),
            "all but those whose webhook was killed",
            calls["made"] > 0 and well + cut == calls["made"] and outcomes["interrupted"] == 0,
        ),
        Verdict(
            "99 % of webhooks, as callers saw them",
            f"{webhooks['p99']:.0f} ms of {webhooks['number']} (50 %: {webhooks['p50']:.0f}, max {slowest:.0f} ms)",
            f"< {P99:.0f} ms" + (", judged in a long drill" if is_short else ""),
            None if is_short else webhooks["p99"] < P99,
        ),
        Verdict(
            "growth of a warm worker's memory",
            "too short a drill to tell" if most is None else f"{most:+.1%} at most of {len(known)} workers",
            f"< {GROWTH:.0%}",
            None if most is None else most < GROWTH,
        ),
        Verdict(
            "workers replaced / running at the end", f"{restarted} / {alive}", "1 / 2", (restarted, alive) == (1, 2)
        ),
        Verdict("webhooks the line counts as failed", str(failed_webhooks), "0", failed_webhooks == 0),
    ]


def cut_by_the_kill(failed: Sequence[Mapping[str, Any]], killed_at: float) -> int:
    """Calls a webhook of which got no answer at the kill. The fallback lets them go on, but not as in the script."""
    return sum(
        any(fault["code"] == NO_ANSWER and 0 <= fault["at"] - killed_at <= AT_THE_KILL for fault in each["faults"])
        for each in failed
    )


def table(rows: Sequence[Verdict]) -> str:
    """In Markdown."""
    words = {None: "", True: "met", False: "MISSED"}
    lines = ["| what | measured | demanded | |", "|---|---|---|---|"]
    return "\n".join(
        [*lines, *(f"| {each.what} | {each.measured} | {each.demanded} | {words[each.is_met]} |" for each in rows)]
    )
