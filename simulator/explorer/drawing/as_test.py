"""An edge of a call tree as a test for pytest and the `phone` fixture: the way there, and what came of it."""

import re
from collections.abc import Iterator

from simulator.explorer.drawing.as_script import Step, UntellableError, story
from simulator.explorer.tree import Edge, Move, Tree

_CODE = "${sms_code}"
_ANSWERS = {"approve": "approves", "deny": "denies", "ignore": "ignores"}


def as_test(tree: Tree, edge: Edge) -> str:
    """A file of one test; raises UntellableError. It says what is, so that it holds until something changes."""
    told = story(tree, edge)
    body = [line for step in told.steps for line in _lines(step)]
    if told.asked:
        body.append(f"assert {_text(told.asked)} in [request.path for request in phone.requests]")
    body += [f"phone.warned({code})" for code in told.warnings]
    if told.ending:
        body.append(f"phone.ended({_text(told.ending)})")
    head = [
        "import pytest",
        "",
        "",
        f"@pytest.mark.caller(number={_text(told.caller)}, called={_text(told.called)})",
        f"def {name_of(told.name)}(phone):",
    ]
    return "\n".join([*head, *(f"    {line}" for line in body)]) + "\n"


def name_of(words: str) -> str:
    """A test's name made of these words; what letters do not say is spelt."""
    for sign, word in (("*", " star "), ("#", " pound ")):
        words = words.replace(sign, word)
    slug = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    return f"test_{slug[:80].rstrip('_') or 'call'}"


def _lines(step: Step) -> Iterator[str]:
    if step.is_brief:
        if step.verb == "Gather":  # the webhooks before it have been sent then
            yield "phone.is_asked_for()"
        yield f"phone.breaks({_text(step.move.fault)}, times=1)"
    elif step.move.fault:
        raise UntellableError(f"the phone fixture cannot make the trouble {step.move.fault}; take the call script")
    yield _doing(step.move)
    for words in step.hears:
        yield f"phone.hears({_text(words)})"


def _doing(move: Move) -> str:
    match move.kind:
        case "dial":
            return "phone.dial()"
        case "keys" if _CODE in move.value:
            before, _, after = move.value.partition(_CODE)
            parts = [_text(part) for part in (before, after) if part]
            code = "phone.texts()[-1].code"
            return f"phone.press({' + '.join([*parts[: bool(before)], code, *parts[bool(before) :]])})"
        case "keys":
            return f"phone.press({_text(move.value)})"
        case "silence":
            return "phone.stays_silent()"
        case "speech":
            return f"phone.speaks({_text(move.value)})"
        case "wait":
            return f"phone.wait({move.value})"
        case "hangup":
            return "phone.hang_up()"
        case "talk":
            return f"phone.records({move.value})"
        case "push" if move.value in _ANSWERS:
            return f"phone.{_ANSWERS[move.value]}()"
        case "push":
            raise UntellableError("which number of the prompt is a wrong one is another in every call")
        case "callee":
            raise UntellableError(f"the phone fixture cannot do this: {move.label or move.key}; take the call script")


def _text(text: str) -> str:
    """As Python writes it, in double quotes where that is as short."""
    written = repr(text)
    return f'"{written[1:-1]}"' if written[0] == "'" and '"' not in text and "\\'" not in written else written
