"""An exploration judged: the tree, what is new and what was known, and how it is written down for people and CI."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from xml.etree import ElementTree

from simulator.explorer.findings.finding import Finding, Policy
from simulator.explorer.findings.table import RULES
from simulator.explorer.tree import Path, Tree

_NO_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`known` are findings of the baseline; `seconds` are real ones, `calls` those made in them."""

    tree: Tree
    policy: Policy
    new: tuple[Finding, ...]
    known: tuple[Finding, ...] = ()
    calls: int = 0
    seconds: float = 0.0

    def path_of(self, finding: Finding) -> Path:
        """The moves to it; none for what is nowhere in particular."""
        edge = self.tree.edge_by_id.get(finding.edge)
        return Path(()) if edge is None else self.tree.path_through(edge)


def summary(verdict: Verdict) -> str:
    """How much was explored, and whether that is all there is."""
    tree = verdict.tree
    callers = ", ".join(edge.move.value for edge in tree.edges if edge.move.kind == "dial" and not edge.move.fault)
    left = Counter(state.left_out for state in tree.states if state.left_out)
    rest = ", ".join(f"{count} left for {why}" for why, count in sorted(left.items()))
    counts = f"{len(tree.states)} states, {len(tree.edges)} moves"
    made = f"{verdict.calls} calls in {verdict.seconds:.1f} s"
    return f"{tree.called} called from {callers or 'nobody'}: {counts}, {made}; {rest or 'nothing left out'}"


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
        "ok": not verdict.new,
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
    return asdict(finding) | {
        "new": is_new,
        "path": [move.shown for move in path.moves],
        "keys": path.keys,
        "transcript": list(path.transcript),
    }


def junit(verdict: Verdict) -> str:
    """JUnit's XML: one case for every rule that found nothing new, and one for every new finding."""
    broken = {finding.rule for finding in verdict.new}
    cases: list[tuple[str, str, Finding | None]] = [
        (f"{name}: {row.meaning}", name, None) for name, row in RULES.items() if name not in broken
    ]
    cases += [(finding.id, finding.rule, finding) for finding in verdict.new]
    counts = {"tests": str(len(cases)), "failures": str(len(verdict.new)), "errors": "0"}
    facts = counts | {"time": f"{verdict.seconds:.3f}"}
    suites = ElementTree.Element("testsuites", facts)
    suite = ElementTree.SubElement(suites, "testsuite", {"name": "phone explore", "skipped": "0"} | facts)
    for name, rule, finding in cases:
        case = ElementTree.SubElement(suite, "testcase", {"classname": f"explore.{rule}", "name": _clean(name)})
        if finding is not None:
            told = {"message": _clean(finding.sentence), "type": finding.rule}
            ElementTree.SubElement(case, "failure", told).text = _clean("\n".join(_lines(verdict, finding)))
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _lines(verdict: Verdict, finding: Finding) -> Iterator[str]:
    path = verdict.path_of(finding)
    yield finding.sentence
    yield f"remedy: {finding.remedy}"
    yield f"path: {path.shown}"
    yield from path.transcript


def _clean(text: str) -> str:
    return _NO_XML.sub("?", text)
