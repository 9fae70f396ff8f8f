"""A call tree as one HTML page: an outline to read, every move opened to what happened, nothing loaded from anywhere.

All words of the application are escaped; the page's own script only shows, hides, moves and copies.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path as FilePath

from simulator.explorer.drawing.arrows import label, mood, title
from simulator.explorer.drawing.as_script import UntellableError, as_script
from simulator.explorer.drawing.as_test import as_test
from simulator.explorer.findings.finding import Finding
from simulator.explorer.fingerprints import places
from simulator.explorer.tree import Edge, Request, State, Tree
from simulator.printable import html_text

_FOLDER = FilePath(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


def page(tree: Tree, findings: Sequence[Finding] = ()) -> str:
    """The whole document; opens from a file, works without a network and, but for copying, without its script."""
    by_edge: dict[str, list[Finding]] = {}
    for finding in findings:
        for edge in finding.ways or (finding.edge,):
            by_edge.setdefault(edge, []).append(finding)
    name = f"Call tree of {tree.called}"
    return "\n".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            f"<title>{html_text(name)}</title>",
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
            *(_article(tree, edge, by_edge.get(edge.id, ())) for edge in tree.edges),
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
    stopped = f'<p class="stopped">Not complete: stopped by {html_text(tree.stopped)}.</p>' if tree.stopped else ""
    return (
        f"<header><div><h1>{html_text(name)}</h1><p>{html_text(tree.url)} · {' · '.join(facts)}</p>{stopped}</div>"
        '<div class="tools"><input id="search" type="search" placeholder="Search words, keys, paths" '
        'aria-label="Search"><label><input type="checkbox" id="faults"> faults</label>'
        '<label><input type="checkbox" id="hangups"> hang-ups</label><button id="open">Open all</button>'
        '<button id="close">Close all</button><button id="theme" aria-label="Dark or light">◐</button></div></header>'
    )


def _findings(tree: Tree, findings: Sequence[Finding]) -> Iterator[str]:
    yield f'<section aria-label="Findings"><h2>Findings</h2><ol class="findings" data-count="{len(findings)}">'
    if not findings:
        yield '<li class="none">None.</li>'
    for finding in findings:
        edge = tree.edge_by_id.get(finding.edge)
        path = tree.path_along(finding.along) if finding.along or edge is None else tree.path_through(edge)
        where = "" if edge is None else f'<a href="#{edge.id}">{html_text(path.shown)}</a>'
        remedy = f"<p>{html_text(finding.remedy)}</p>" if finding.remedy else ""
        yield (
            f'<li class="{_class(finding.severity)}"><b>{html_text(finding.rule)}</b> '
            f"{html_text(finding.sentence)}{remedy}{where}</li>"
        )
    yield "</ol></section>"


def _class(severity: str) -> str:
    return severity if severity in ("error", "warning") else "note"


def _outline(tree: Tree, findings: Mapping[str, Sequence[Finding]]) -> Iterator[str]:
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
            yield f'<li class="place" id="{each.id}"><span class="words">{html_text(title(each))}</span><ul>'
            waiting.append("</ul></li>")
        for row, below in reversed(rows):
            waiting += ["</li>"] if below is None else ["</ul></details></li>", below]
            waiting.append(row)


def _rows(
    tree: Tree, state: State, findings: Mapping[str, Sequence[Finding]], place: Mapping[str, str]
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


def _moves(edges: Sequence[Edge], found: Sequence[Finding]) -> str:
    """All moves to one target: their common name, and a link for each where there are several."""
    mark = f' <span class="badge {_worst(found)}" title="{len(found)} found">{len(found)}</span>' if found else ""
    first = edges[0]
    name = f'<a class="move" href="#{first.id}">{html_text(label(edges))}</a>{mark}'
    if len(edges) == 1:
        return name
    each = (
        f'<a href="#{edge.id}">{html_text(edge.move.fault or edge.move.value or edge.move.shown)}</a>' for edge in edges
    )
    return f'{name} <span class="each">{" ".join(each)}</span>'


def _worst(found: Iterable[Finding]) -> str:
    severities = {_class(finding.severity) for finding in found}
    return "error" if "error" in severities else "warning" if "warning" in severities else "note"


def _target(target: State, *, is_below: bool) -> str:
    words = html_text(title(target, 220))
    if not is_below:
        return f'<span class="back {mood(target)}">↩ <a href="#{target.id}">{html_text(title(target, 70))}</a></span>'
    note = f" <em>not gone on: {html_text(target.left_out)}</em>" if target.is_unexplored else ""
    asked = f" <code>{html_text(target.asked)}</code>" if target.asked else ""
    return f'<span class="words {mood(target)}">{words}</span>{asked}{note}'


def _article(tree: Tree, edge: Edge, findings: Sequence[Finding]) -> str:
    """The article that the edge's links lead to."""
    target = tree.state_by_id[edge.target]
    path = " <i>›</i> ".join(
        f'<a href="#{each.id}">{html_text(each.move.shown)}</a>' for each in tree.path_through(edge).edges
    )
    parts = [
        f'<article id="{edge.id}"><h2>{path}</h2>',
        f'<p class="leads">leads to <a href="#{target.id}">{html_text(title(target, 160))}</a></p>',
        f'<p class="facts">{_facts(edge)}</p>',
        *(f'<p class="finding {html_text(each.severity)}">{html_text(each.sentence)}</p>' for each in findings),
        *_section("Debugger", (f"{each.code} {each.message}" for each in edge.warnings)),
        *_section("Transcript", edge.transcript),
        *_requests(edge.requests),
        _copied("Test", "pytest, with the phone fixture", tree, edge, as_test),
        _copied("Call script", "for phone call", tree, edge, as_script),
        "</article>",
    ]
    return "".join(parts)


def _facts(edge: Edge) -> str:
    facts = [f"{edge.seconds:.1f} s", f"{len(edge.requests)} request{'' if len(edge.requests) == 1 else 's'}"]
    if edge.latency:
        facts.append(f"slowest answer {edge.latency * 1000:.0f} ms")
    return " · ".join(facts)


def _section(name: str, lines: Sequence[str] | Iterator[str]) -> Iterator[str]:
    text = "\n".join(lines)
    if text:
        yield f"<h3>{name}</h3><pre>{html_text(text)}</pre>"


def _requests(requests: Sequence[Request]) -> Iterator[str]:
    if requests:
        yield "<h3>Requests</h3>"
    for each in requests:
        params = " ".join(f"{name}={value}" for name, value in each.params.items())
        came = each.error or each.status or "no answer"
        fault = f" ({each.fault})" if each.fault else ""
        purpose = "" if each.purpose == "document" else f" <em>{html_text(each.purpose)}</em>"
        asked = f"<code>{html_text(f'{each.method} {each.path}')}</code> {html_text(params)}"
        head = f"{asked} → {html_text(f'{came}{fault}')}{purpose}"
        if each.twiml:
            yield f'<details class="request" open><summary>{head}</summary><pre>{html_text(each.twiml)}</pre></details>'
        else:
            yield f'<p class="request">{head}</p>'


def _copied(name: str, what: str, tree: Tree, edge: Edge, write: Callable[[Tree, Edge], str]) -> str:
    try:
        text = write(tree, edge)
    except UntellableError as error:
        return f"<h3>{name}</h3><p>None: {html_text(str(error))}.</p>"
    return f'<h3>{name} <small>{what}</small> <button class="copy">Copy</button></h3><pre>{html_text(text)}</pre>'
