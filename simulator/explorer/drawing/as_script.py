"""The path to an edge as a story, what is done and heard, and that story as a call script for `phone call`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.callers.script.steps.ending import ENDS
from simulator.explorer.fingerprints import OF_ONE_CALL, is_of_one_call
from simulator.explorer.tree import Edge, Move, Request, Tree
from simulator.operator.masking import DOT
from simulator.printable import json_text
from simulator.troubles import WEBHOOK_FAULTS

_LONGEST = 120
_MOST_PROMPTS = 4
"""A place without end says the same for ever."""
_SOUND = re.compile(r"https?://\S+|/\S+\.\w{2,4}")
_TONES = re.compile(r"[0-9A-D#*wW]*")


class UntellableError(Exception):
    """The path cannot be played again by these means; the text says why."""


@dataclass(frozen=True, slots=True)
class Step:
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
class EdgeStory:
    """The steps from dialling on, and what holds in the end. `asked` is a path, `ending` empty while the call is up."""

    name: str
    caller: str
    called: str
    steps: tuple[Step, ...]
    asked: str
    warnings: tuple[int, ...]
    ending: str


def story(tree: Tree, edge: Edge) -> EdgeStory:
    """The shortest way to the edge, and the edge; raises UntellableError."""
    path = tree.path_through(edge)
    first, *_ = path.edges
    return EdgeStory(
        name=" then ".join(move.label or move.key for move in path.moves[1:]) or "call",
        caller=first.move.value,
        called=tree.called,
        steps=tuple(Step(each.move, tuple(_said(each)), _asked(each), _verb(tree, each)) for each in path.edges),
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
    for prompt in (edge.steady or edge.heard)[:_MOST_PROMPTS]:
        if _SOUND.fullmatch(prompt) or _TONES.fullmatch(prompt):
            continue
        part = max((part.strip() for part in prompt.split(DOT)), key=len)
        part = OF_ONE_CALL.split(part)[0].strip()
        if len(part) > _LONGEST:
            part = part[:_LONGEST].rpartition(" ")[0] or part[:_LONGEST]
        if len(part) > 1 and "${" not in part:  # which would be a variable of a script
            yield part


def _steady_path(request: Request) -> str:
    """The path of a document that the application was asked for, where it is the same in every call."""
    is_steady = request.is_steady and request.purpose == "document" and not is_of_one_call(request.path)
    return request.path if is_steady and "${" not in request.path else ""


def as_script(tree: Tree, edge: Edge) -> str:
    """A file for `phone call`; raises UntellableError. It says what is, so that it holds until something changes."""
    told = story(tree, edge)
    lines = [f"name: {json_text(told.name)}", f"from: {json_text(told.caller)}", f"to: {json_text(told.called)}"]
    first, *_ = told.steps
    if first.move.fault:
        once = f"{{break: {first.move.fault}, times: 1}}"
        lines.append(f"trouble: {once if first.is_brief else first.move.fault}")
    lines.append("steps:")
    pairs = [(step, told.steps[number + 1 :]) for number, step in enumerate(told.steps)]
    steps = [f"  {line}" for step, later in pairs for line in _steps(step, later)]
    if told.asked:
        steps.append(f"  {_asking(told.asked)}")
    steps += [f"  - expect_warning: {code}" for code in told.warnings]
    if told.ending in ENDS:
        steps.append(f"  - expect_end: {told.ending}")
    return "\n".join([*lines, *(steps or ["  - wait: 0"])]) + "\n"


def _steps(step: Step, later: Sequence[Step]) -> Iterator[str]:
    """Trouble of a service is there for one move, with all that comes of it.

    Before a webhook of a later move meets trouble, those of this one must have been sent.
    """
    fault = step.move.fault
    if fault and step.move.kind != "dial":
        yield f"- break: {fault}"
        if step.is_brief:
            yield "  times: 1"
    yield from _doing(step.move)
    for words in step.hears:
        yield f"- hear: {json_text(words)}"
    if fault and not step.is_brief:
        yield f"- mend: {fault}"
    if step.asked and any(each.is_brief for each in later):
        yield _asking(step.asked)


def _asking(path: str) -> str:
    return f"- expect_request: {{path: {json_text(path)}}}"


def _doing(move: Move) -> Iterator[str]:
    match move.kind:
        case "dial":
            return
        case "keys":
            yield f"- press: {json_text(move.value)}"
        case "silence":
            yield "- timeout: true"
        case "speech":
            yield f"- speak: {json_text(move.value)}"
        case "talk":
            yield f"- record: {move.value}"
        case "wait":
            yield f"- wait: {move.value}"
        case "hangup":
            yield "- hangup: true"
        case "push" if move.value in ("approve", "deny", "ignore"):
            yield f"- push: {move.value}"
        case "push":
            raise UntellableError("which number of the prompt is a wrong one is another in every call")
        case "callee" if move.value == "answered":
            yield "- callee: [{wait: 0}]"
        case "callee" if move.value == "hangup":
            yield "- callee: [{wait: 10}, {hangup: true}]"
        case "callee":
            yield f"- dial_outcome: {move.value}"
            if move.value == "no-answer":
                yield "  seconds: 0"
