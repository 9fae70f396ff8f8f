"""The area of a phone number by its prefix, in English, as `phonenumbers` knows it. Judges no numbers.

The library loads its table whole: 300,000 prefixes, half a second. The table is in sorted files, `geodata/data0.py`
and so on; here only those are loaded in which a prefix of the number may be.
"""

import re
from bisect import bisect
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import phonenumbers

Table = Mapping[str, Mapping[str, str]]
"""By prefix, names by language."""

_LONGEST = 9
_HEAD = 4000
"""So many characters of a file hold its first prefix."""


GEODATA = Path(phonenumbers.__file__).parent / "geodata"


def area_of(digits: str, folder: Path = GEODATA) -> str:
    """The area of an international number without its plus; "" for one that has none.

    A folder without such files means that the library has changed: then it loads its table itself.
    """
    for length in range(_LONGEST, 0, -1):
        prefix = digits[:length]
        name = _part_with(prefix, folder).get(prefix, {}).get("en")
        if name is not None:
            return name
    return ""


def _part_with(prefix: str, folder: Path) -> Table:
    parts = _parts(folder)
    if not parts:
        return _whole()
    at = bisect(parts, prefix, key=lambda part: part[0])
    return _loaded(parts[at - 1][1]) if at else {}


@cache
def _parts(folder: Path) -> Sequence[tuple[str, Path]]:
    """The first prefix of every file, and the file, in order; nothing where the library has other files than these."""
    found: list[tuple[str, Path]] = []
    for path in folder.glob("data*.py"):
        with path.open(encoding="utf-8") as file:
            first = re.search(r"^ *'(\d+)':", file.read(_HEAD), re.MULTILINE)
        if first is None:
            return ()
        found.append((first[1], path))
    return sorted(found)


@cache
def _loaded(path: Path) -> Table:
    spec = spec_from_file_location(f"phonenumbers.geodata.{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    table: Table = module.data
    return table


def _whole() -> Table:
    from phonenumbers.geodata import GEOCODE_DATA

    table: Table = GEOCODE_DATA
    return table
