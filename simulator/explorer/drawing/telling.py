"""The path to an edge as a story that can be played again: what is done, what is heard then. Writes no format."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.explorer.faults import WEBHOOK_FAULTS
from simulator.explorer.tree import Edge, Move, Request, Tree
from simulator.operator.masking import DOT

_LONGEST = 120
_MOST_PROMPTS = 4
"""A place without end says the same for ever."""
_SOUND = re.compile(r"https?://\S+|/\S+\.\w{2,4}")
_TONES = re.compile(r"[0-9A-D#*wW]*")
_OF_ONE_CALL = re.compile(r"\b[A-Z]{2}[0-9a-f]{32}\b")
"""Sids, which are others in every call."""


class UntellableError(Exception):
    """The path cannot be played again by these means; the text says why."""


@dataclass(frozen=True, slots=True)
class Beat:
    """A move, and the words that are heard after it, masked parts left out; `asked` is the path asked for last.

    A fault of a webhook (`is_brief`) is over when one has met it; a fault of a service is there for all of the move.
    `verb` is what listens when the move is made, empty where nothing does.
    """

    move: Move
    hears: tuple[str, ...]
    asked: str = ""
    verb: str = ""

    @property
    def is_brief(self) -> bool:
        return self.move.fault in WEBHOOK_FAULTS


@dataclass(frozen=True, slots=True)
class Story:
    """The beats from dialling on, and what holds in the end. `asked` is a path, `ending` empty while the call is up."""

    name: str
    caller: str
    called: str
    beats: tuple[Beat, ...]
    asked: str
    warnings: tuple[int, ...]
    ending: str


def story(tree: Tree, edge: Edge) -> Story:
    """The shortest way to the edge, and the edge; raises UntellableError."""
    path = tree.path_through(edge)
    first, *_ = path.edges
    return Story(
        name=" then ".join(move.label or move.key for move in path.moves[1:]) or "call",
        caller=first.move.value,
        called=tree.called,
        beats=tuple(Beat(each.move, tuple(_said(each)), _asked(each), _verb(tree, each)) for each in path.edges),
        asked=_asked(edge),
        warnings=tuple(dict.fromkeys(each.code for each in edge.warnings if each.code)),
        ending=tree.state_by_id[edge.target].ending,
    )


def _verb(tree: Tree, edge: Edge) -> str:
    listening = tree.state_by_id[edge.source].input
    return "" if listening is None else listening.verb


def _asked(edge: Edge) -> str:
    return next((path for each in reversed(edge.requests) if (path := _steady_path(each))), "")


def _said(edge: Edge) -> Iterator[str]:
    """Parts of the prompts that come again: no codes, no sounds, not too long."""
    for prompt in edge.heard[:_MOST_PROMPTS]:
        if _SOUND.fullmatch(prompt) or _TONES.fullmatch(prompt):
            continue
        part = max((part.strip() for part in prompt.split(DOT)), key=len)
        part = _OF_ONE_CALL.split(part)[0].strip()
        if len(part) > _LONGEST:
            part = part[:_LONGEST].rpartition(" ")[0] or part[:_LONGEST]
        if len(part) > 1 and "${" not in part:  # which would be a variable of a script
            yield part


def _steady_path(request: Request) -> str:
    """The path of a document that the application was asked for, where it is the same in every call."""
    is_steady = request.purpose == "document" and DOT not in request.path and not _OF_ONE_CALL.search(request.path)
    return request.path if is_steady and "${" not in request.path else ""
