"""A reply's body as lines to read: TwiML indented with its colours, anything else as it came. Judges nothing.

Every line knows which line of the body it came from, so that the debugger's findings can be marked where they are.
"""

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from textual.content import Content

from simulator.foreign import decoded
from simulator.printable import printable
from simulator.twiml.parse import Element, NotWellFormedError, parse
from simulator.vocabulary import Warned

MOST_LINES = 400
MOST_CHARACTERS = 20_000
_TAG, _NAME, _VALUE, _TEXT = "$foreground-muted", "$text-accent", "$text-success", "$foreground"


@dataclass(frozen=True, slots=True)
class Line:
    """One line on the screen; `number` is the line of the body it came from."""

    number: int
    content: Content


def body_lines(body: bytes) -> list[Line]:
    """Return the body as lines: indented when it is well-formed XML, else as written; long ones are cut and say so."""
    try:
        root = parse(body)
    except NotWellFormedError:
        return _as_written(body)
    lines = _element(root, 0)
    return [*lines[:MOST_LINES], *_rest(len(lines) - MOST_LINES)]


def marked_lines(lines: list[Line], findings: tuple[Warned, ...]) -> dict[int, Warned]:
    """Tell which of the lines (by position) each finding is about, the gravest winning.

    A whole document often stands on one line; then the element that the message names is the better mark.
    """
    marks: dict[int, Warned] = {}
    for finding in sorted(findings, key=lambda finding: finding.level == "error"):
        candidates = [position for position, line in enumerate(lines) if line.number == finding.line]
        named = [at for at in candidates if _tag(lines[at].content.plain) in finding.message]
        if candidates:
            marks[(named or candidates)[0]] = finding
    return marks


def _tag(line: str) -> str:
    """`<Say voice="x">` gives `<Say>`; a line without a tag gives what no message contains."""
    text = line.strip()
    if not text.startswith("<") or text.startswith("</"):
        return "\0"
    return f"<{text[1:].split()[0].split('>')[0].rstrip('/')}>"


def _element(element: Element, depth: int) -> list[Line]:
    indent = "  " * depth
    opening = Content.assemble(indent, ("<", _TAG), (printable(element.name), _NAME), *_attributes(element))
    closing = Content.assemble(("</", _TAG), (printable(element.name), _NAME), (">", _TAG))
    if not element.content:
        return [Line(element.line, Content.assemble(opening, ("/>", _TAG)))]
    if not element.children:
        text = Content.assemble((escape(printable(element.text)), _TEXT))
        return [Line(element.line, Content.assemble(opening, (">", _TAG), text, closing))]
    lines = [Line(element.line, Content.assemble(opening, (">", _TAG)))]
    latest = element.line
    for part in element.content:
        if isinstance(part, Element):
            lines.extend(_element(part, depth + 1))
            latest = part.line
        elif part.strip():
            text = Content.assemble(indent + "  ", (escape(printable(" ".join(part.split()))), _TEXT))
            lines.append(Line(latest, text))
    lines.append(Line(latest, Content.assemble(indent, closing)))
    return lines


def _attributes(element: Element) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    for name, value in element.attributes.items():
        parts += [(f" {printable(name)}=", _TAG), (printable(quoteattr(value)), _VALUE)]
    return parts


def _as_written(body: bytes) -> list[Line]:
    if b"\0" in body[:1000]:
        return [Line(1, Content.assemble((f"{len(body)} bytes that are not text", "$foreground-muted")))]
    text = decoded(body)
    lines = printable(text[:MOST_CHARACTERS]).split("\n")
    shown = [Line(number, Content(line)) for number, line in enumerate(lines[:MOST_LINES], 1)]
    return [*shown, *_rest(len(lines) - MOST_LINES + text.count("\n", MOST_CHARACTERS))]


def _rest(count: int) -> list[Line]:
    return [Line(0, Content.assemble((f"… {count} more lines", "$foreground-muted")))] if count > 0 else []
