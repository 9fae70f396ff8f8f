"""Calls as a Mermaid sequence diagram, for wikis and pull requests. Everything foreign is escaped."""

from collections.abc import Sequence

from simulator.phone.plain import minutes
from simulator.phone.sharing.story import Story
from simulator.printable import printable
from simulator.timeline.sequence import Arrow

LONGEST = 120
"""Characters of a message; a diagram is not a transcript."""
_PLAIN = frozenset(" /.,_=()?+-“”…•→")
_REPLIES = frozenset(("answer", "lost"))


def mermaid(stories: Sequence[Story]) -> str:
    """One diagram; several calls follow each other, each with a note above it."""
    parties = list(dict.fromkeys(party for story in stories for party in story.sequence.parties))
    ids = {party: f"P{position}" for position, party in enumerate(parties)}
    lines = ["sequenceDiagram", *(f"    participant {ids[party]} as {escaped(party)}" for party in parties)]
    for position, story in enumerate(stories, 1):
        if len(stories) > 1:
            words = f"Call {position} of {len(stories)}, from {story.caller}"
            lines.append(f"    Note over {ids[parties[0]]},{ids[parties[-1]]}: {escaped(words)}")
        for arrow in story.sequence.arrows:
            lines += _lines(arrow, ids)
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Text for a message: what could mean something to Mermaid becomes the number of its character."""
    flat = " ".join(printable(text).split())
    short = flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"
    return "".join(each if each.isalnum() or each in _PLAIN else f"#{ord(each)};" for each in short)


def _lines(arrow: Arrow, ids: dict[str, str]) -> list[str]:
    source, target = ids[arrow.source], ids[arrow.target]
    words = escaped(f"{minutes(arrow.since)} {arrow.label}")
    if source == target:
        return [f"    Note over {source}: {words}"]
    shaft = "--x" if arrow.kind == "lost" else "-->>" if arrow.kind in _REPLIES else "->>"
    lines = [f"    {source}{shaft}{target}: {words}"]
    if arrow.answer:
        lines.append(f"    {target}-->>{source}: {escaped(arrow.answer)}")
    return lines
