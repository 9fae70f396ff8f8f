"""How a request looks: as one line of the timeline, and in full. Masks as the journal does; decides nothing."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from textual.content import Content

from simulator.operator.beside import OutsideCall
from simulator.operator.masking import Mask
from simulator.phone.panes.twiml import body_lines, marked_lines
from simulator.phone.plain import TROUBLE_SIGN, milliseconds, minutes
from simulator.printable import printable
from simulator.timeline.traffic import Request
from simulator.troubles import label_of
from simulator.vocabulary import Warned

_LEVELS = {"error": ("✖", "$text-error"), "warning": ("▲", "$text-warning"), "policy": ("◆", "$text-secondary")}
_KINDS = {"document": "", "redirect": "↪ ", "fallback": "⤵ ", "media": "♪ ", "callback": "⇠ "}


def draw_row(request: Request, mask: Mask, now: float, width: int) -> Content:
    """Draw the timeline's line: time in the call, method, path, status and latency; exactly `width` cells."""
    sign, sign_style = _LEVELS.get(
        request.worst or "", (TROUBLE_SIGN, "$text-error") if request.troubles else (" ", "")
    )
    status, status_style = _status(request)
    latency = now - request.at if request.outcome == "out" else request.latency
    end = Content.assemble(
        (f" {status:>4}", status_style), (f" {milliseconds(max(0.0, latency)):>7} ", "$foreground-muted")
    )
    start = Content.assemble(
        (f" {sign}", sign_style),
        (f" {minutes(request.since):>5} ", "$foreground-muted"),
        (f"{request.method:<4} ", "$text-secondary"),
    )
    room = max(4, width - start.cell_length - end.cell_length)
    path = Content(_KINDS[request.kind] + _path(request, mask)).truncate(room, ellipsis=True)
    return Content.assemble(start, path.extend_right(room - path.cell_length), end)


def draw_request(request: Request, mask: Mask, width: int) -> Content:
    """Draw everything about one request in so many cells: what is wrong, then the answer, then what was asked."""
    shown = mask.item(
        request.sid,
        "Trip",
        {
            "url": request.url,
            "params": dict(request.params),
            "headers": [list(pair) for pair in request.headers],
            "reply_headers": [list(pair) for pair in request.reply_headers],
        },
    )
    own = [(name, value) for name, value in shown["params"].items() if name in request.own]
    common = [(name, value) for name, value in shown["params"].items() if name not in request.own]
    parts = [
        Content.assemble(
            (f"{request.method} ", "bold $text-secondary"), (printable(shown["url"].partition("?")[0]), "bold")
        ),
        _outcome(request),
        *(_draw_finding(finding, mask) for finding in request.findings),
        *((_draw_troubles(request),) if request.troubles else ()),
        *_section("Answer", _body(request, mask, width)),
        *_section("Asked of other services meanwhile", (_draw_outside(each, mask) for each in request.outside)),
        *_section("Parameters of this request", _pairs(own, "$text-accent")),
        *_section("Raised by the application", _raised(request, mask)),
        *_section("Parameters of every request", _pairs(common, "$foreground-muted")),
        *_section("Request headers", _pairs(shown["headers"], "$foreground-muted")),
        *_section("Answer headers", _pairs(shown["reply_headers"], "$foreground-muted")),
    ]
    return Content("\n").join(parts)


def _outcome(request: Request) -> Content:
    if request.outcome == "out":
        return Content.assemble(("waiting for the application", "$text-warning"))
    status, style = _status(request)
    latency = milliseconds(request.latency)
    if request.reason is not None:
        return Content.assemble((printable(request.reason), style), (f" ({latency})", "$foreground-muted"))
    size = f", {len(request.body)} bytes" if request.body is not None else ""
    return Content.assemble((status, style), (f" in {latency}", "$foreground-muted"), (size, "$foreground-muted"))


def _draw_troubles(request: Request) -> Content:
    return Content.assemble(
        (f"{TROUBLE_SIGN} broken on purpose: ", "bold $text-error"),
        (printable(", ".join(map(label_of, request.troubles))), "$text-error"),
    )


def _draw_outside(call: OutsideCall, mask: Mask) -> Content:
    style = "$text-success" if call.status < 400 else "$text-error"
    return Content.assemble(
        (f"{printable(call.party)} ", "bold $text-accent"),
        (f"{call.method} ", "$text-secondary"),
        printable(mask.text(call.path)),
        (f"  {call.status} {printable(mask.text(call.note))}".rstrip(), style),
        (f" in {milliseconds(call.latency)}" if call.latency else "", "$foreground-muted"),
    )


def _raised(request: Request, mask: Mask) -> Iterable[Content]:
    for line in mask.text(request.raised).splitlines():
        yield Content.assemble((printable(line), "$text-error"))


def _draw_finding(finding: Warned, mask: Mask) -> Content:
    sign, style = _LEVELS[finding.level]
    code = f"{finding.code} " if finding.code else ""
    line = f" (line {finding.line})" if finding.line is not None else ""
    message = printable(mask.text(finding.message))
    parts = [(f"{sign} {code}", f"bold {style}"), (message, style), (line, "$foreground-muted")]
    if finding.remedy:
        parts += [("\n  → ", "$foreground-muted"), (printable(finding.remedy), "$foreground")]
    return Content.assemble(*parts)


def _body(request: Request, mask: Mask, width: int) -> Iterable[Content]:
    """Draw the answer's lines, numbered as they came; a number stands where it changes, a finding where it is."""
    if not request.body:
        return
    lines = body_lines(mask.text(request.body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"))
    marks = marked_lines(lines, request.findings)
    before = 0
    for position, line in enumerate(lines):
        finding = marks.get(position)
        sign, style = _LEVELS[finding.level] if finding is not None else (" ", "$foreground-disabled")
        number = f"{line.number:>3}" if line.number != before or finding is not None else "   "
        before = line.number
        content = line.content if finding is None else line.content.stylize(f"{style} bold underline")
        yield from _hanging(Content.assemble((f"{number} {sign} ", style)), content, width)


def _hanging(gutter: Content, line: Content, width: int) -> Iterable[Content]:
    """Draw a line with its gutter; what does not fit goes on below, further in than the line itself."""
    indent = len(line.plain) - len(line.plain.lstrip(" "))
    room = max(10, width - gutter.cell_length - indent - 2)
    first, *more = line[indent:].wrap(room) or [Content("")]
    yield Content.assemble(gutter, " " * indent, first)
    for part in more:
        yield Content.assemble(" " * (gutter.cell_length + indent + 2), part)


def _section(title: str, lines: Iterable[Content]) -> list[Content]:
    found = list(lines)
    return [Content(""), Content.assemble((title, "bold $primary")), *found] if found else []


def _pairs(pairs: Iterable[Iterable[str]], style: str) -> Iterable[Content]:
    for name, value in pairs:
        yield Content.assemble((f"{printable(name)} ", style), (printable(value), "$foreground"))


def _status(request: Request) -> tuple[str, str]:
    match request.outcome:
        case "out":
            return "…", "$text-warning"
        case "skipped":
            return "–", "$foreground-muted"
        case "lost":
            return "✖", "$text-error"
        case "answered":
            status = request.status or 0
            return str(
                status
            ), "$text-success" if 200 <= status < 300 else "$text-warning" if status < 400 else "$text-error"


def _path(request: Request, mask: Mask) -> str:
    parts = urlsplit(request.url)
    query = f"?{parts.query}" if parts.query and request.method == "POST" else ""
    return printable(mask.text((parts.path or "/") + query))
