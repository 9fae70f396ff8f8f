"""A call tree as one HTML page: an outline to read, every move opened to what happened, nothing loaded from anywhere.

All words of the application are escaped; the page's own script only shows, hides, moves and copies.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path as FilePath
from typing import Protocol

from simulator.explorer.drawing.arrows import label, mood, places, title
from simulator.explorer.drawing.details import details
from simulator.explorer.tree import Edge, State, Tree

_FOLDER = FilePath(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


class Found(Protocol):
    """Something that is wrong with the tree; `edge` is the move that shows it, or empty."""

    @property
    def severity(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def remedy(self) -> str: ...
    @property
    def edge(self) -> str: ...


def page(tree: Tree, findings: Sequence[Found] = ()) -> str:
    """The whole document; opens from a file, works without a network and, but for copying, without its script."""
    by_edge: dict[str, list[Found]] = {}
    for finding in findings:
        by_edge.setdefault(finding.edge, []).append(finding)
    name = f"Call tree of {tree.called}"
    return "\n".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            f"<title>{escape(name)}</title>",
            f"<style>\n{_asset('page.css')}</style></head><body>",
            _header(tree, name, len(findings)),
            '<main><div id="left">',
            *_findings(tree, findings),
            '<section aria-label="The tree"><h2>The tree</h2><ul class="tree">',
            *_outline(tree, by_edge),
            "</ul></section></div>",
            '<div id="right" aria-label="A move" tabindex="-1"><p id="hint">Choose a move to see what happened: '
            "<kbd>↓</kbd> <kbd>↑</kbd> go from move to move, <kbd>→</kbd> <kbd>←</kbd> open and close, "
            "<kbd>Enter</kbd> shows, <kbd>n</kbd> is the next finding, <kbd>/</kbd> searches.</p>",
            *(details(tree, edge, by_edge.get(edge.id, ())) for edge in tree.edges),
            "</div></main>",
            f"<script>\n{_asset('page.js')}</script></body></html>\n",
        ]
    )


def _asset(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


def _header(tree: Tree, name: str, count: int) -> str:
    overs = sum(state.is_over for state in tree.states)
    facts = [
        f"{len(tree.states)} places ({overs} ends)",
        f"{len(tree.edges)} moves",
        f"{count} finding{'' if count == 1 else 's'}",
    ]
    stopped = f'<p class="stopped">Not complete: stopped by {escape(tree.stopped)}.</p>' if tree.stopped else ""
    return (
        f"<header><div><h1>{escape(name)}</h1><p>{escape(tree.url)} · {' · '.join(facts)}</p>{stopped}</div>"
        '<div class="tools"><input id="search" type="search" placeholder="Search words, keys, paths" '
        'aria-label="Search"><label><input type="checkbox" id="faults"> faults</label>'
        '<label><input type="checkbox" id="hangups"> hang-ups</label><button id="open">Open all</button>'
        '<button id="close">Close all</button><button id="theme" aria-label="Dark or light">◐</button></div></header>'
    )


def _findings(tree: Tree, findings: Sequence[Found]) -> Iterator[str]:
    yield f'<section aria-label="Findings"><h2>Findings</h2><ol class="findings" data-count="{len(findings)}">'
    if not findings:
        yield '<li class="none">None.</li>'
    for finding in findings:
        edge = tree.edge_by_id.get(finding.edge)
        where = "" if edge is None else f'<a href="#{edge.id}">{escape(tree.path_through(edge).shown)}</a>'
        remedy = f"<p>{escape(finding.remedy)}</p>" if finding.remedy else ""
        yield (
            f'<li class="{_class(finding.severity)}"><b>{escape(finding.rule)}</b> '
            f"{escape(finding.sentence)}{remedy}{where}</li>"
        )
    yield "</ol></section>"


def _class(severity: str) -> str:
    return severity if severity in ("error", "warning") else "note"


def _outline(tree: Tree, findings: Mapping[str, Sequence[Found]]) -> Iterator[str]:
    """Nested lists, without recursion: a tree may be as deep as a call is long."""
    starts, place = [state for state in tree.states if not state.via], places(tree)
    waiting: list[str | State] = list(reversed(starts))
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
            continue
        rows = list(_rows(tree, each, findings, place))
        if each in starts and rows:
            yield f'<li class="place" id="{each.id}"><span class="words">{escape(title(each))}</span><ul>'
            waiting.append("</ul></li>")
        for row, below in reversed(rows):
            waiting += ["</li>"] if below is None else ["</ul></details></li>", below]
            waiting.append(row)


def _rows(
    tree: Tree, state: State, findings: Mapping[str, Sequence[Found]], place: Mapping[str, str]
) -> Iterator[tuple[str, State | None]]:
    """What leads on from a state, a row a target; with the state to draw below, where it is not drawn elsewhere.

    What is the same place again is drawn, but closed.
    """
    grouped: dict[tuple[str, str], list[Edge]] = {}
    for edge in tree.edges_from(state):
        kind = "fault" if edge.move.fault else "hangup" if edge.move.kind == "hangup" else "turn"
        grouped.setdefault((edge.target, kind), []).append(edge)
    for (target_id, kind), edges in grouped.items():
        target = tree.state_by_id[target_id]
        is_below = any(edge.id == target.via for edge in edges)
        found = [finding for edge in edges for finding in findings.get(edge.id, ())]
        head = f"{_moves(edges, found)} {_target(target, is_below=is_below)}"
        classes = f'"row {kind}{" has-finding" if found else ""}"'
        if is_below and tree.edges_from(target):
            is_new = " open" if place[target_id] == target_id else ""
            yield f'<li class={classes} id="{target.id}"><details{is_new}><summary>{head}</summary><ul>', target
        else:
            anchor = f' id="{target.id}"' if is_below else ""
            yield f'<li class={classes}{anchor}><div class="leaf">{head}</div>', None


def _moves(edges: Sequence[Edge], found: Sequence[Found]) -> str:
    """All moves to one target: their common name, and a link for each where there are several."""
    mark = f' <span class="badge {_worst(found)}" title="{len(found)} found">{len(found)}</span>' if found else ""
    first = edges[0]
    name = f'<a class="move" href="#{first.id}">{escape(label(edges))}</a>{mark}'
    if len(edges) == 1:
        return name
    each = (
        f'<a href="#{edge.id}">{escape(edge.move.fault or edge.move.value or edge.move.shown)}</a>' for edge in edges
    )
    return f'{name} <span class="each">{" ".join(each)}</span>'


def _worst(found: Iterable[Found]) -> str:
    severities = {_class(finding.severity) for finding in found}
    return "error" if "error" in severities else "warning" if "warning" in severities else "note"


def _target(target: State, *, is_below: bool) -> str:
    words = escape(title(target, 220))
    if not is_below:
        return f'<span class="back {mood(target)}">↩ <a href="#{target.id}">{escape(title(target, 70))}</a></span>'
    note = f" <em>not gone on: {escape(target.left_out)}</em>" if target.left_out else ""
    asked = f" <code>{escape(target.asked)}</code>" if target.asked else ""
    return f'<span class="words {mood(target)}">{words}</span>{asked}{note}'
