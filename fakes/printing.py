"""How `fakes serve` prints and logs: a line at a time, so that nothing foreign steers the terminal or commands CI.

Sources: GitHub's runner takes `::command::` at the start of a line, blanks before it left out, and `##[command]`
anywhere in it (actions/runner, `ActionCommand.cs`; it may skip characters without width when it compares); Azure
Pipelines takes `##vso[…]` and `##[…]` (Logging commands).
"""

import logging
import re

import click

_STEERING = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but for tab and newline, DEL, C1
    r"\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"  # line ends and changes of direction
    r"\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"  # marks and halves of characters, which no encoding can write
)
_NO_WIDTH = r"\u00ad\u200b-\u200d\u2060-\u2065"
_SIGNS = re.compile(f"[{_STEERING}]")
_HASHES = rf"#[{_NO_WIDTH}]*#(?=[\w{_NO_WIDTH}]*\[)"
_COMMAND = re.compile(rf"{_HASHES}|^[\s{_NO_WIDTH}]*:(?=[{_NO_WIDTH}]*:)")


def print_line(text: str) -> None:
    """Print one line, whatever the text holds."""
    click.echo(one_line(text))


def one_line_handler() -> logging.Handler:
    """Write records to stderr; a record has several lines only where there is a traceback."""
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine())
    return handler


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(map(one_line, super().format(record).splitlines()))


def one_line(text: str) -> str:
    """Write the same in one line, with a blank inside of whatever a CI runner would take for a command."""
    line = printable(text)
    if "\n" in line:
        line = " ".join(filter(None, (part.strip() for part in line.split("\n"))))
    return _COMMAND.sub(r"\g<0> ", line)


def printable(text: str) -> str:
    """Write the text, in as many lines, with control characters and changes of direction as visible signs."""
    if text.isascii() and text.isprintable():
        return text
    return _SIGNS.sub(lambda found: _sign(found[0]), text.replace("\r\n", "\n").expandtabs(4))


def _sign(character: str) -> str:
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "�"
