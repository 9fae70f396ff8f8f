"""Calls' sequence as an SVG drawing, to stand inside a page: colours come from the page's style. Fetches nothing."""

from typing import NamedTuple

from simulator.phone.plain import minutes
from simulator.printable import html_text
from simulator.timeline.sequence import Arrow, Sequence, short_label

_LANE, _ROW, _TOP, _LEFT = 210, 30, 52, 130
_LETTER = 6.6
"""Width of a letter of the monospaced font in which labels are set."""


class _Row(NamedTuple):
    """One line of the drawing; `whole` is the tooltip."""

    arrow: Arrow
    source: str
    target: str
    words: str
    whole: str


def svg(sequence: Sequence) -> str:
    """The element; long labels are cut and whole in their tooltip."""
    rows = [row for arrow in sequence.arrows for row in _rows(arrow)]
    columns = {party: _LEFT + position * _LANE for position, party in enumerate(sequence.parties)}
    width = _LEFT + max(0, len(columns) - 1) * _LANE + _LEFT
    height = _TOP + len(rows) * _ROW + 20
    parts = [f'<svg class="sequence" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">']
    for party, x in columns.items():
        parts.append(f'<line class="lane" x1="{x}" y1="{_TOP - 14}" x2="{x}" y2="{height - 8}"/>')
        parts.append(f'<text class="party" x="{x}" y="22" text-anchor="middle">{html_text(party)}</text>')
    for position, row in enumerate(rows):
        parts.append(_draw(row, columns, _TOP + position * _ROW + 12))
    return "".join((*parts, "</svg>"))


def _rows(arrow: Arrow) -> list[_Row]:
    """One row, or two for an arrow that stands for both ways."""
    there = _Row(arrow, arrow.source, arrow.target, short_label(arrow), arrow.label)
    return [there, _Row(arrow, arrow.target, arrow.source, arrow.answer, arrow.answer)] if arrow.answer else [there]


def _draw(row: _Row, columns: dict[str, int], y: int) -> str:
    arrow, source, target, words, whole = row
    kind = "answer" if source != arrow.source else arrow.kind
    start, end = columns[source], columns[target]
    title = f"<title>{html_text(f'{minutes(arrow.since)} {whole}')}</title>"
    time = f'<text class="time" x="8" y="{y + 4}">{minutes(arrow.since)}</text>' if source == arrow.source else ""
    if start == end:
        label = _short(words, _LANE * 2)
        words_at = f'<text class="{kind}" x="{start + 10}" y="{y + 4}">{html_text(label)}</text>'
        return f'<g>{title}{time}<circle class="{kind}" cx="{start}" cy="{y}" r="4"/>{words_at}</g>'
    towards = 1 if end > start else -1
    label = _short(words, abs(end - start) - 16)
    return (
        f'<g>{title}{time}<line class="{kind}" x1="{start}" y1="{y}" x2="{end - towards * 7}" y2="{y}"/>'
        f'<path class="{kind}" d="M{end} {y} l{-towards * 9} -4 v8 z"/>'
        f'<text class="{kind}" x="{(start + end) // 2}" y="{y - 5}" text-anchor="middle">{html_text(label)}</text></g>'
    )


def _short(words: str, room: int) -> str:
    most = max(4, int(room / _LETTER))
    return words if len(words) <= most else words[: most - 1] + "…"
