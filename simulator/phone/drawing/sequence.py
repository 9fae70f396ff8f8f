"""The sequence diagram as text: a lane for each party, a line for each arrow. Masks as the journal does; pure.

Where it is narrow the lanes stand close together and the words beside them; with space the words are on the arrows.
"""

from dataclasses import dataclass

from textual.content import Content

from simulator.operator.masking import Mask
from simulator.phone.drawing.plain import minutes, printable
from simulator.phone.model.sequence import APPLICATION, CALLEE, CALLER, OKTA, TWILIO, Arrow, Kind, short_label

_CLOSE = 5
"""Cells from lane to lane where the words stand beside them."""
_ROOMY = 24
"""Cells from lane to lane from which on words fit on the arrows."""
_TIME = 6
_SHORT = {CALLER: "you", TWILIO: "Twil", APPLICATION: "app", OKTA: "Okta", "accounts": "acct", CALLEE: "they"}
_STYLES: dict[Kind, str] = {
    "call": "$foreground-muted",
    "request": "$text-secondary",
    "answer": "$text-success",
    "lost": "$text-error",
    "outside": "$text-accent",
    "said": "$foreground",
    "typed": "$text-primary bold",
    "mobile": "$text-accent",
    "finding": "$text-warning",
}


@dataclass(frozen=True, slots=True)
class Lanes:
    """Where the lanes stand in so many cells; `is_close`: the words stand beside them."""

    parties: tuple[str, ...]
    width: int

    @property
    def is_close(self) -> bool:
        return self._gap < _ROOMY

    @property
    def _gap(self) -> int:
        """Room for four even while there are fewer, so that the diagram does not jump when the third one comes."""
        return (self.width - _TIME - 8) // max(3, len(self.parties) - 1)

    def column(self, party: str) -> int:
        """The cell of a party's lane, the time's included."""
        return _TIME + self.parties.index(party) * (_CLOSE if self.is_close else self._gap)

    @property
    def end(self) -> int:
        """The first cell beside the lanes."""
        return (self.column(self.parties[-1]) if self.parties else _TIME) + 2


def draw_heads(lanes: Lanes) -> Content:
    """The names above the lanes."""
    line = [" "] * lanes.width
    for party in lanes.parties:
        name = _SHORT.get(party, party[:4]) if lanes.is_close else party
        start = lanes.column(party)
        line[start : start + len(name)] = name
    return Content.assemble(("".join(line)[: lanes.width], "bold $primary"))


def draw_arrow(arrow: Arrow, lanes: Lanes, mask: Mask) -> Content:
    """One arrow; exactly as wide as the lanes' line."""
    style = _STYLES[arrow.kind]
    cells = [" "] * lanes.width
    for party in lanes.parties:
        cells[lanes.column(party)] = "│"
    start, end = _draw_shaft(cells, arrow, lanes)
    words = label_of(arrow, mask)
    if lanes.is_close:
        room = max(0, lanes.width - lanes.end - 1)
        text = Content(words).truncate(room, ellipsis=True)
        head = "".join(cells[_TIME : lanes.end])
        parts = _coloured(head, start - _TIME, end - _TIME, style)
        line = Content.assemble(_time(arrow), *parts, (" " if room else ""), (text.plain, style))
    else:
        line = _with_words_on_it(cells, arrow, lanes, words, (start, end))
    line = line.truncate(lanes.width)
    return line.extend_right(max(0, lanes.width - line.cell_length))


def label_of(arrow: Arrow, mask: Mask) -> str:
    """The words of an arrow, with what came back; of paths to other services only what tells them apart."""
    answer = f" → {arrow.answer}" if arrow.answer else ""
    return printable(mask.text(short_label(arrow) + answer))


def draw_arrow_detail(arrow: Arrow, mask: Mask) -> Content:
    """Everything about an arrow that belongs to no request."""
    who = arrow.source if arrow.source == arrow.target else f"{arrow.source} → {arrow.target}"
    parts = [
        Content.assemble((who, "bold $text-secondary"), (f"  at {minutes(arrow.since)}", "$foreground-muted")),
        Content.assemble((printable(mask.text(arrow.label)), _STYLES[arrow.kind])),
    ]
    for name, value in arrow.details:
        parts.append(Content.assemble((f"{name} ", "$foreground-muted"), printable(mask.text(value))))
    return Content("\n").join(parts)


def _draw_shaft(cells: list[str], arrow: Arrow, lanes: Lanes) -> tuple[int, int]:
    """Draws the line into the cells; returns the cells it covers."""
    source, target = lanes.column(arrow.source), lanes.column(arrow.target)
    if source == target:
        cells[source] = "▲" if arrow.kind == "finding" else "●"
        return source, source + 1
    left, right = sorted((source, target))
    for column in range(left + 1, right):
        cells[column] = "┼" if cells[column] == "│" else "─"
    if source < target:
        cells[left], cells[right - 1] = "├", "✖" if arrow.kind == "lost" else "▶"
    else:
        cells[right], cells[left + 1] = "┤", "✖" if arrow.kind == "lost" else "◀"
    return left, right + 1


def _with_words_on_it(cells: list[str], arrow: Arrow, lanes: Lanes, words: str, shaft: tuple[int, int]) -> Content:
    start, end = shaft
    style = _STYLES[arrow.kind]
    if end - start < 4:  # a note: its words stand beside it
        room = lanes.width - end - 2
        text = Content(words).truncate(max(0, room), ellipsis=True)
        parts = _coloured("".join(cells[_TIME:end]), start - _TIME, end - _TIME, style)
        return Content.assemble(_time(arrow), *parts, " ", (text.plain, style))
    text = Content(f" {words} ").truncate(max(3, end - start - 6), ellipsis=True)
    before, after = cells[_TIME : start + 3], cells[start + 3 + text.cell_length :]
    after_shaft = "".join(after)[: max(0, end - start - 3 - text.cell_length)]
    rest = "".join(after)[len(after_shaft) :]
    lead = "".join(before)
    return Content.assemble(
        _time(arrow),
        (lead[: start - _TIME], "$foreground-disabled"),
        (lead[start - _TIME :], style),
        (text.plain, style),
        (after_shaft, style),
        (rest, "$foreground-disabled"),
    )


def _coloured(line: str, start: int, end: int, style: str) -> list[tuple[str, str]]:
    return [(line[:start], "$foreground-disabled"), (line[start:end], style), (line[end:], "$foreground-disabled")]


def _time(arrow: Arrow) -> tuple[str, str]:
    return f"{minutes(arrow.since):>5} ", "$foreground-muted"
