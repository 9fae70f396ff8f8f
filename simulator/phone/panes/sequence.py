"""The live sequence diagram: a lane for each party, a line for each arrow, and the detail of the selected one below.

Where it is narrow the lanes stand close together and the words beside them; with space the words are on the arrows.
Masks as the journal does.
"""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from simulator.operator.masking import Mask
from simulator.phone.panes.pieces import Drawn, Rows, scroll_page
from simulator.phone.panes.request import draw_request
from simulator.phone.plain import minutes
from simulator.printable import printable
from simulator.timeline.sequence import APPLICATION, CALLEE, CALLER, OKTA, TWILIO, Arrow, Kind, Sequence, short_label
from simulator.timeline.traffic import Request, Traffic

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
_NOTHING = Content.assemble(("Who tells whom what will be drawn here as the call goes on.", "$foreground-muted"))


class Diagram(Rows):
    """Arrows from top to bottom."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._sequence = Sequence()
        self._seen: tuple[int, int] = (0, 0)
        self._first = 0
        self._mask = Mask()

    @property
    def arrow(self) -> Arrow | None:
        """The selected one."""
        arrows = self._sequence.arrows
        return arrows[self.selected] if 0 <= self.selected < len(arrows) else None

    @property
    def lanes(self) -> "Lanes":
        return Lanes(self._sequence.parties, self.scrollable_content_region.width)

    def draw(self, sequence: Sequence, mask: Mask) -> None:
        """Show this call's arrows; the same again costs nothing."""
        self._mask = mask
        seen = (id(sequence), sequence.revision)
        if seen == self._seen:
            return
        is_other_call = sequence is not self._sequence
        was_newest = self.virtual_size.height <= self.selected + 1
        first = sequence.arrows[0].number if sequence.arrows else 0
        gone = 0 if is_other_call else max(0, first - self._first)
        self._sequence, self._seen, self._first = sequence, seen, first
        self.resize()
        follow = is_other_call or was_newest or self.selected < 0
        self.selected = len(sequence.arrows) - 1 if follow else max(0, self.selected - gone)
        self.refresh()

    def count(self) -> int:
        return len(self._sequence.arrows)

    def draw_one(self, position: int, width: int) -> Content:
        del width  # the lanes know it
        return draw_arrow(self._sequence.arrows[position], self.lanes, self._mask)


class SequencePane(Vertical):
    """Names, diagram, and the detail of the selected arrow."""

    BORDER_TITLE = "Sequence"
    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("pageup", "scroll_detail(-1)", "Up in the detail", show=False),
        Binding("pagedown", "scroll_detail(1)", "Down in the detail", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._traffic = Traffic()
        self._mask = Mask()
        self._detailed: tuple[Arrow | None, Request | None, int] | None = None

    def compose(self) -> ComposeResult:
        yield Drawn(id="heads")
        yield Diagram(id="diagram")
        with VerticalScroll(id="arrow-detail"):
            yield Drawn(_NOTHING, id="arrow")

    def draw(self, sequence: Sequence | None, traffic: Traffic, mask: Mask) -> None:
        """Show this call; nothing while the pane itself is not shown."""
        if sequence is None or not self.display:
            return
        self._traffic, self._mask = traffic, mask
        diagram = self.query_one(Diagram)
        diagram.draw(sequence, mask)
        if diagram.size.width:
            self.query_one("#heads", Drawn).draw(draw_heads(diagram.lanes))
        self._draw_detail()

    def action_scroll_detail(self, pages: int) -> None:
        scroll_page(self.query_one("#arrow-detail"), pages)

    @on(Diagram.Selected)
    def _draw_detail(self) -> None:
        arrow = self.query_one(Diagram).arrow
        detail = self.query_one("#arrow-detail")
        width = detail.scrollable_content_region.width
        request = None if arrow is None or arrow.kind == "outside" else self._traffic.answering(arrow.request)
        shown = (arrow, request, width)
        if shown == self._detailed:
            return
        if self._detailed is None or arrow is not self._detailed[0]:
            detail.scroll_home(animate=False)
        self._detailed = shown
        if arrow is None:
            drawn = _NOTHING
        elif request is None:
            drawn = draw_arrow_detail(arrow, self._mask)
        else:
            drawn = draw_request(request, self._mask, width)
        self.query_one("#arrow", Drawn).draw(drawn)


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
        """Return the cell of a party's lane, the time's included."""
        return _TIME + self.parties.index(party) * (_CLOSE if self.is_close else self._gap)

    @property
    def end(self) -> int:
        """The first cell beside the lanes."""
        return (self.column(self.parties[-1]) if self.parties else _TIME) + 2


def draw_heads(lanes: Lanes) -> Content:
    """Draw the names above the lanes."""
    line = [" "] * lanes.width
    for party in lanes.parties:
        name = _SHORT.get(party, party[:4]) if lanes.is_close else party
        start = lanes.column(party)
        line[start : start + len(name)] = name
    return Content.assemble(("".join(line)[: lanes.width], "bold $primary"))


def draw_arrow(arrow: Arrow, lanes: Lanes, mask: Mask) -> Content:
    """Draw one arrow; exactly as wide as the lanes' line."""
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


def label_of(arrow: Arrow, mask: Mask) -> str:
    """Return the words of an arrow, with what came back; of paths to other services only what tells them apart."""
    answer = f" → {arrow.answer}" if arrow.answer else ""
    return printable(mask.text(short_label(arrow) + answer))


def draw_arrow_detail(arrow: Arrow, mask: Mask) -> Content:
    """Draw everything about an arrow that belongs to no request."""
    who = arrow.source if arrow.source == arrow.target else f"{arrow.source} → {arrow.target}"
    parts = [
        Content.assemble((who, "bold $text-secondary"), (f"  at {minutes(arrow.since)}", "$foreground-muted")),
        Content.assemble((printable(mask.text(arrow.label)), _STYLES[arrow.kind])),
    ]
    for name, value in arrow.details:
        parts.append(Content.assemble((f"{name} ", "$foreground-muted"), printable(mask.text(value))))
    return Content("\n").join(parts)


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
