"""Text that an attacker would choose, and how it is told that it reached nobody as it was."""

import re

MARK = "pwned"
"""In all hostile text, to show that it did come through."""
ESCAPES = f"\x1b]52;c;{MARK}\x07\x1b[2J\x9d0;{MARK}\x9c\x9b31m\x7f\r"
"""For a terminal: writes to the clipboard, clears the screen, sets the title."""
COMMANDS = (
    f"\n::error title={MARK}::x\r\n  ::add-mask::{MARK}\u2028::stop-commands::{MARK}"
    f"\x85##[error]{MARK}\x0b##vso[task.complete]{MARK}\n\t::warning::{MARK}\n"
)
"""For a runner of CI."""
TURNED = f"\u202e{MARK}\u2066\u061c\ufeff"
"""For a reader: the other way round."""
HOSTILE = f"{MARK}{ESCAPES}{COMMANDS}{TURNED}"
IN_XML = (
    "".join(each for each in HOSTILE if each >= " " or each in "\t\n\r").replace("\r", "&#13;").replace("\n", "&#10;")
)
"""The same where a document can have it: no control characters below the blank."""

_STEERS = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_COMMANDS = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)
_OURS = re.compile(r"^::(error|warning) title=phone (call|explore)%3A ", re.MULTILINE)


def harm_in(text: str) -> list[str]:
    """What of it steers a terminal or commands CI, but for the annotations that are meant to."""
    return [*steering_in(text), *_COMMANDS.findall(_OURS.sub("", text))]


def steering_in(text: str) -> list[str]:
    """What of it steers a terminal."""
    return [ascii(each) for each in _STEERS.findall(text)]
