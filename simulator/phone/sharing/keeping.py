"""Calls into files: masked, whole or not at all. Asks nobody whether a file may be replaced."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from simulator.files import check_writable, write_file
from simulator.operator.journal import Entry, as_data
from simulator.operator.masking import Mask
from simulator.phone.sharing.formats import Format, told

_TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")


def keep(entries: Sequence[Entry], form: Format, path: Path) -> None:
    """Write the calls of these entries in that form. Raises WrongUseError."""
    check_writable(path)
    write_file(path, form.write(told(entries, mask=Mask())))


def screenshot(svg: str, entries: Sequence[Entry], path: Path) -> None:
    """Write a picture of the screen; what is secret in these entries is dots in its texts. Raises WrongUseError."""
    check_writable(path)
    mask = Mask()
    for entry in entries:
        as_data(entry, mask)
    write_file(path, _TEXT.sub(lambda found: mask.text(found[0]), svg))


def file_name(began: float, ending: str) -> str:
    """A name for a call that began then (Unix seconds): `call-20260105-080000.html`."""
    return f"call-{datetime.fromtimestamp(began, UTC):%Y%m%d-%H%M%S}{ending}"
