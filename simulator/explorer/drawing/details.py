"""One move of a call tree as HTML: the way there, what was said and asked, and what to copy. Everything is escaped."""

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Protocol

from simulator.explorer.drawing.arrows import title
from simulator.explorer.drawing.as_script import as_script
from simulator.explorer.drawing.as_test import as_test
from simulator.explorer.drawing.telling import UntellableError
from simulator.explorer.tree import Edge, Request, Tree


class Said(Protocol):
    """A finding about the move."""

    @property
    def severity(self) -> str: ...
    @property
    def sentence(self) -> str: ...


def details(tree: Tree, edge: Edge, findings: Sequence[Said]) -> str:
    """The article that the edge's links lead to."""
    target = tree.state_by_id[edge.target]
    path = " <i>›</i> ".join(
        f'<a href="#{each.id}">{escape(each.move.shown)}</a>' for each in tree.path_through(edge).edges
    )
    parts = [
        f'<article id="{edge.id}"><h2>{path}</h2>',
        f'<p class="leads">leads to <a href="#{target.id}">{escape(title(target, 160))}</a></p>',
        f'<p class="facts">{_facts(edge)}</p>',
        *(f'<p class="finding {escape(each.severity)}">{escape(each.sentence)}</p>' for each in findings),
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
        yield f"<h3>{name}</h3><pre>{escape(text)}</pre>"


def _requests(requests: Sequence[Request]) -> Iterator[str]:
    if requests:
        yield "<h3>Requests</h3>"
    for each in requests:
        params = " ".join(f"{name}={value}" for name, value in each.params.items())
        came = each.error or each.status or "no answer"
        fault = f" ({each.fault})" if each.fault else ""
        purpose = "" if each.purpose == "document" else f" <em>{escape(each.purpose)}</em>"
        asked = f"<code>{escape(f'{each.method} {each.path}')}</code> {escape(params)}"
        head = f"{asked} → {escape(f'{came}{fault}')}{purpose}"
        if each.twiml:
            yield f'<details class="request" open><summary>{head}</summary><pre>{escape(each.twiml)}</pre></details>'
        else:
            yield f'<p class="request">{head}</p>'


def _copied(name: str, what: str, tree: Tree, edge: Edge, write: Callable[[Tree, Edge], str]) -> str:
    try:
        text = write(tree, edge)
    except UntellableError as error:
        return f"<h3>{name}</h3><p>None: {escape(str(error))}.</p>"
    return f'<h3>{name} <small>{what}</small> <button class="copy">Copy</button></h3><pre>{escape(text)}</pre>'
