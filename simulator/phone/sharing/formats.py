"""The forms in which calls can be kept, by name: one table for the screen and the command line."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from simulator.operator.journal import Entry, as_data, masked
from simulator.operator.masking import Mask
from simulator.phone.sharing.mermaid import mermaid
from simulator.phone.sharing.page import page
from simulator.phone.sharing.script import script
from simulator.phone.sharing.story import Story, stories
from simulator.printable import json_text


def journal(stories: Sequence[Story]) -> str:
    """The entries of these calls, a line each."""
    entries = (entry for story in stories for entry in story.entries)
    return "".join(json_text(as_data(entry)) + "\n" for entry in entries)


@dataclass(frozen=True, slots=True)
class Format:
    """One form: how its files end, how a person calls it, and what makes it."""

    name: str
    ending: str
    label: str
    write: Callable[[Sequence[Story]], str]


FORMATS = (
    Format("html", ".html", "Page (HTML): transcript, diagram, webhooks", page),
    Format("mermaid", ".mmd", "Sequence diagram (Mermaid)", mermaid),
    Format("script", ".yaml", "Call script (YAML) that phone call plays", script),
    Format("journal", ".jsonl", "Recording (JSON lines) that phone --replay shows", journal),
)


def told(entries: Iterable[Entry], *, mask: Mask | None) -> list[Story]:
    """The calls of these entries, masked unless there is no mask. Raises WrongUseError when there is no call."""
    return stories(entries if mask is None else masked(entries, mask))
