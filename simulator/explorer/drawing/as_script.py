"""An edge of a call tree as a call script for `phone call`: the way there step by step, and what came of it."""

import json
import re
from collections.abc import Iterator, Sequence

from simulator.callers.script.steps.ending import ENDS
from simulator.explorer.drawing.telling import Beat, UntellableError, story
from simulator.explorer.tree import Edge, Move, Tree

_NOT_IN_YAML = re.compile(r"[\x7f-\x84\x86-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udfff]")


def as_script(tree: Tree, edge: Edge) -> str:
    """A file for `phone call`; raises UntellableError. It says what is, so that it holds until something changes."""
    told = story(tree, edge)
    lines = [f"name: {_text(told.name)}", f"from: {_text(told.caller)}", f"to: {_text(told.called)}"]
    first, *_ = told.beats
    if first.move.fault:
        once = f"{{break: {first.move.fault}, times: 1}}"
        lines.append(f"trouble: {once if first.is_brief else first.move.fault}")
    lines.append("steps:")
    steps = [f"  {step}" for number, beat in enumerate(told.beats) for step in _steps(beat, told.beats[number + 1 :])]
    if told.asked:
        steps.append(f"  {_asking(told.asked)}")
    steps += [f"  - expect_warning: {code}" for code in told.warnings]
    if told.ending in ENDS:
        steps.append(f"  - expect_end: {told.ending}")
    return "\n".join([*lines, *(steps or ["  - wait: 0"])]) + "\n"


def _steps(beat: Beat, later: Sequence[Beat]) -> Iterator[str]:
    """Trouble of a service is there for one move, with all that comes of it.

    Before a webhook of a later move meets trouble, those of this one must have been sent.
    """
    fault = beat.move.fault
    if fault and beat.move.kind != "dial":
        yield f"- break: {fault}"
        if beat.is_brief:
            yield "  times: 1"
    yield from _doing(beat.move)
    for words in beat.hears:
        yield f"- hear: {_text(words)}"
    if fault and not beat.is_brief:
        yield f"- mend: {fault}"
    if beat.asked and any(each.is_brief for each in later):
        yield _asking(beat.asked)


def _asking(path: str) -> str:
    return f"- expect_request: {{path: {_text(path)}}}"


def _doing(move: Move) -> Iterator[str]:
    match move.kind:
        case "dial":
            return
        case "keys":
            yield f"- press: {_text(move.value)}"
        case "silence":
            yield "- timeout: true"
        case "speech":
            yield f"- speak: {_text(move.value)}"
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


def _text(text: str) -> str:
    """In double quotes, as YAML reads them."""
    return _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
