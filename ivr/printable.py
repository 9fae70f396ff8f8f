"""Foreign text made fit to be printed: nothing in it steers a terminal, begins a line or commands a CI runner.

Sources: GitHub's runner takes `::command::` at the start of a line, blanks before it left out, and `##[command]`
anywhere in it (actions/runner, `ActionCommand.cs`; it may skip characters without width when it compares); Azure
Pipelines takes `##vso[…]` and `##[…]` (Logging commands).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

_STEERING = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but for tab and newline, DEL, C1
    r"\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"  # line ends and changes of direction
    r"\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"  # marks and halves of characters, which no encoding can write
)
_NO_WIDTH = r"\u00ad\u200b-\u200d\u2060-\u2065"
_SIGNS = re.compile(f"[{_STEERING}]")
_HASHES = rf"#[{_NO_WIDTH}]*#(?=[\w{_NO_WIDTH}]*\[)"
_COMMAND = re.compile(rf"{_HASHES}|^[\s{_NO_WIDTH}]*:(?=[{_NO_WIDTH}]*:)")
_UNSAFE_IN_JSON = re.compile(rf"[{_STEERING}]|{_HASHES}")


def printable(text: str) -> str:
    """The text, in as many lines, with control characters and changes of direction as visible signs."""
    if text.isascii() and text.isprintable():
        return text
    return _SIGNS.sub(lambda found: _sign(found[0]), text.replace("\r\n", "\n").expandtabs(4))


def one_line(text: str) -> str:
    """The same in one line, with a blank inside of whatever a CI runner would take for a command."""
    line = printable(text)
    if "\n" in line:
        line = " ".join(filter(None, (part.strip() for part in line.split("\n"))))
    return _COMMAND.sub(r"\g<0> ", line)


def json_text(data: Any, *, indent: int | None = None, default: Callable[[Any], Any] | None = None) -> str:
    """The JSON of these values, readable, with everything escaped that `one_line` would change in its texts.

    `default` makes something of what JSON has no form for.
    """
    text = json.dumps(data, ensure_ascii=False, indent=indent, default=default)
    return _UNSAFE_IN_JSON.sub(lambda found: "".join(f"\\u{ord(each):04x}" for each in found[0]), text)


def _sign(character: str) -> str:
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "�"
