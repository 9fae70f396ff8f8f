"""An exploration judged: the tree, what is new and what was known, and how it is written down for people and CI."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from simulator import junit
from simulator.explorer.drawing.arrows import label
from simulator.explorer.findings.finding import Finding, Policy, Survey
from simulator.explorer.findings.table import RULES
from simulator.explorer.tree import Edge, Path, Tree
from simulator.printable import one_line

_MOST_PLACES = 5
_WHY_LEFT_OUT = {
    "depth": "deeper than --depth",
    "states": "--states was reached",
    "time": "--time was over",
    "interrupted": "it was interrupted",
    "unanswered": "the application no longer answered",
    "unsteady": "not reached a second time",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`known` are findings of the baseline; `seconds` are real ones, `calls` those made in them."""

    tree: Tree
    policy: Policy
    new: tuple[Finding, ...]
    known: tuple[Finding, ...] = ()
    calls: int = 0
    seconds: float = 0.0

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What is new and not only a note."""
        return tuple(each for each in self.new if each.severity != "note")

    def path_of(self, finding: Finding) -> Path:
        """The moves that show it; none for what is nowhere in particular."""
        if finding.along:
            return self.tree.path_along(finding.along)
        edge = self.tree.edge_by_id.get(finding.edge)
        return Path(()) if edge is None else self.tree.path_through(edge)

    def ways_of(self, finding: Finding) -> Mapping[str, str]:
        """The moves on which it was found, by the place where they are made: `/voice` -> `press 3–9 or *`."""
        survey = Survey(self.tree, self.policy)
        by_place: dict[str, list[Edge]] = {}
        for edge in (self.tree.edge_by_id[each] for each in finding.ways):
            by_place.setdefault(survey.where(survey.source(edge)), []).append(edge)
        return {place: label(edges) for place, edges in by_place.items()}

    def count_ways(self, finding: Finding) -> int:
        """How many different moves at different places those are; the same menu met again is the same place."""
        survey = Survey(self.tree, self.policy)
        edges = (self.tree.edge_by_id[each] for each in finding.ways)
        return len({(survey.where(survey.source(edge)), edge.move.key) for edge in edges})


def summary(verdict: Verdict) -> str:
    """How much was explored, and whether that is all there is."""
    tree = verdict.tree
    callers = ", ".join(edge.move.value for edge in tree.edges if edge.move.kind == "dial" and not edge.move.fault)
    counts = f"{len(tree.states)} states, {len(tree.edges)} moves"
    made = f"{verdict.calls} calls in {verdict.seconds:.1f} s"
    return f"{tree.called} called from {callers or 'nobody'}: {counts}, {made}; {_left_out(tree)}"


def _left_out(tree: Tree) -> str:
    """How many states were not explored and why, and at how many no fault was tried."""
    left = Counter(state.left_out for state in tree.states if state.left_out)
    parts = [f"{_states(left[why])} ({words})" for why, words in _WHY_LEFT_OUT.items() if left[why]]
    if left["faults"]:
        parts.append(f"faults at {_states(left['faults'])} ({_WHY_LEFT_OUT.get(tree.stopped, tree.stopped)})")
    return f"left out: {', '.join(parts)}" if parts else "nothing left out"


def _states(count: int) -> str:
    return f"{count} state{'' if count == 1 else 's'}"


def guarded(verdict: Verdict) -> str | None:
    """What is shown about the protected places; None when nothing was asked or it does not hold."""
    policy = verdict.policy
    if not policy.protected or any(each.rule == "unguarded" for each in (*verdict.new, *verdict.known)):
        return None
    scope = "no path found" if verdict.tree.stopped or any(s.left_out for s in verdict.tree.states) else "no path"
    return f"{scope} reaches {' or '.join(policy.protected)} without passing {' or '.join(policy.guards)}"


def to_data(verdict: Verdict) -> dict[str, Any]:
    """The verdict as JSON values, without the tree."""
    tree = verdict.tree
    return {
        "called": tree.called,
        "url": tree.url,
        "ok": not verdict.failures,
        "states": len(tree.states),
        "moves": len(tree.edges),
        "calls": verdict.calls,
        "seconds": round(verdict.seconds, 3),
        "stopped": tree.stopped,
        "left_out": dict(Counter(state.left_out for state in tree.states if state.left_out)),
        "guarded": guarded(verdict),
        "findings": [_finding(verdict, each, is_new=True) for each in verdict.new]
        + [_finding(verdict, each, is_new=False) for each in verdict.known],
    }


def _finding(verdict: Verdict, finding: Finding, *, is_new: bool) -> dict[str, Any]:
    path = verdict.path_of(finding)
    facts = {name: value for name, value in asdict(finding).items() if name not in ("ways", "along")}
    return facts | {
        "new": is_new,
        "times": verdict.count_ways(finding),
        "ways": [{"at": place, "moves": moves} for place, moves in verdict.ways_of(finding).items()],
        "path": [move.shown for move in path.moves],
        "keys": path.keys,
        "transcript": list(path.transcript),
    }


def junit_document(verdict: Verdict) -> str:
    """JUnit's XML: one case for every rule that found nothing new, and one for every new finding but notes."""
    broken = {finding.rule for finding in verdict.failures}
    cases = [
        junit.case({"classname": f"explore.{name}", "name": f"{name}: {row.meaning}"})
        for name, row in RULES.items()
        if name not in broken
    ]
    for finding in verdict.failures:
        facts, text = {"classname": f"explore.{finding.rule}", "name": finding.id}, "\n".join(_lines(verdict, finding))
        cases.append(junit.failed_case(facts, finding.sentence, text, of=finding.rule))
    totals = junit.Totals(len(cases), len(verdict.failures), 0, verdict.seconds)
    return "".join(junit.document("phone explore", totals, cases))


def _lines(verdict: Verdict, finding: Finding) -> Iterator[str]:
    path = verdict.path_of(finding)
    yield one_line(finding.sentence)
    yield one_line(f"remedy: {finding.remedy}")
    yield from map(one_line, ways_shown(verdict, finding))
    yield one_line(f"path: {path.shown}")
    yield from map(one_line, path.transcript)


def ways_shown(verdict: Verdict, finding: Finding) -> Iterator[str]:
    """A line about every way, where there is more than one."""
    count = verdict.count_ways(finding)
    if count > 1:
        places = [f"at {place}, {moves}" for place, moves in verdict.ways_of(finding).items()]
        left = len(places) - _MOST_PLACES
        more = f"; and at {left} other place{'' if left == 1 else 's'}" if left > 0 else ""
        yield f"{count} ways: {'; '.join(places[:_MOST_PLACES])}{more}"
