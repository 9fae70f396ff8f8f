"""What came of a load, from Locust's statistics: a document for programs and a table for people. Measures nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from simulator.exchange.urls import without_user
from simulator.load.outcomes import CALL, OUTCOMES, outcome_in
from simulator.load.plan import Plan

if TYPE_CHECKING:
    from locust.stats import RequestStats, StatsEntry

PERCENTILES = (50, 90, 95, 99)


@dataclass(frozen=True, slots=True)
class Report:
    """`document` is what `--report` writes; times of webhooks are in milliseconds there, everything else in seconds."""

    document: Mapping[str, Any]  # JSON

    @property
    def exit_code(self) -> int:
        """130 stopped, 1 a call failed or was not made, 0 every call went as its script says."""
        calls = self.document["calls"]
        if self.document["interrupted"]:
            return 130
        is_whole = calls["made"] >= (calls["planned"] or 1)
        return 0 if is_whole and calls["made"] == calls["outcomes"][OUTCOMES[0]] else 1

    def table(self) -> list[str]:
        """The lines for a terminal."""
        calls, webhooks = self.document["calls"], self.document["webhooks"]
        lines = [
            f"{calls['made']} calls in {self.document['seconds']:.0f} s, {calls['per_second']:.2f} a second, "
            f"{self.document['users']} callers at once at most",
            *(f"  {count:6} {outcome}" for outcome, count in calls["outcomes"].items() if count),
            "",
            f"{'webhook':36} {'number':>7} {'failed':>6} {'50 %':>6} {'95 %':>6} {'99 %':>6} {'max':>6}  ms",
        ]
        lines += [_row(name, each) for name, each in webhooks["each"].items()]
        lines.append(_row("all", webhooks["all"]))
        if self.document["errors"]:
            lines += ["", "failures"]
            lines += [f"  {each['times']:6} × {each['what']}  ({each['name']})" for each in self.document["errors"]]
        return lines


def _row(name: str, each: Mapping[str, Any]) -> str:
    times = " ".join(f"{each[key]:6.0f}" for key in ("p50", "p95", "p99", "max"))
    return f"{name:36} {each['number']:7} {each['failed']:6} {times}"


def report_of(
    stats: RequestStats,
    failed: Sequence[Mapping[str, Any]],
    *,
    plan: Plan,
    planned: int | None,
    users: int,
    workers: int,
    began: float,
    seconds: float,
    is_interrupted: bool,
) -> Report:
    """Locust's statistics and the stories of failed calls, in our words; `planned` are calls that had to be made."""
    entries = sorted(stats.entries.items())
    calls = {name: entry for (name, kind), entry in entries if kind == CALL}
    webhooks = {f"{kind} {name}": entry for (name, kind), entry in entries if kind != CALL}
    made = sum(entry.num_requests for entry in calls.values())
    outcomes = dict.fromkeys(OUTCOMES, 0)
    outcomes["as the script says"] = made - sum(entry.num_failures for entry in calls.values())
    for error in stats.errors.values():
        if error.method == CALL:
            outcomes[outcome_in(str(error.error))] += error.occurrences
    return Report(
        {
            "target": without_user(plan.url),
            "began": datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds"),
            "seconds": round(seconds, 3),
            "users": users,
            "workers": workers,
            "interrupted": is_interrupted,
            "calls": {
                "made": made,
                "planned": planned,
                "per_second": round(made / seconds, 3),
                "outcomes": outcomes,
                "by_script": {
                    name: {"made": entry.num_requests, "failed": entry.num_failures} for name, entry in calls.items()
                },
            },
            "webhooks": {
                "all": _times(_sum(webhooks.values()), seconds),
                "each": {name: _times(entry, seconds) for name, entry in webhooks.items()},
            },
            "errors": [
                {"kind": each.method, "name": each.name, "what": str(each.error), "times": each.occurrences}
                for each in stats.errors.values()
            ],
            "failed_calls": list(failed),
        }
    )


def _sum(entries: Iterable[StatsEntry]) -> StatsEntry:
    from locust.stats import RequestStats, StatsEntry

    whole = StatsEntry(RequestStats(), "all", "")
    for entry in entries:
        whole.extend(entry)
    return whole


def _times(entry: StatsEntry, seconds: float) -> dict[str, float]:
    return {
        "number": entry.num_requests,
        "failed": entry.num_failures,
        "per_second": round(entry.num_requests / seconds, 3),
        "mean": round(entry.avg_response_time, 1),
        **{f"p{each}": entry.get_response_time_percentile(each / 100) for each in PERCENTILES},
        "max": round(entry.max_response_time, 1),
    }
