"""Where a phone number is registered, offline, as Twilio's webhook parameters say it. Guesses no postal codes.

The data is that of the `phonenumbers` library; what a number needs of it is loaded when first asked. City and state
are those of the number's area, which is what Twilio reports too, not where the caller is. The library loads its table
whole: 300,000 prefixes, half a second. The table is in sorted files, `geodata/data0.py` and so on; here only those are
loaded in which a prefix of the number may be.
"""

import re
from bisect import bisect
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.exchange.numbers import NOWHERE, Place

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_STATES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO",
    "Connecticut": "CT", "Delaware": "DE", "District of Columbia": "DC", "Florida": "FL", "Georgia": "GA",
    "Hawaii": "HI", "Idaho": "ID", "Illinois": "IL", "Indiana": "IN", "Iowa": "IA", "Kansas": "KS", "Kentucky": "KY",
    "Louisiana": "LA", "Maine": "ME", "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN",
    "Mississippi": "MS", "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV", "New Hampshire": "NH",
    "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY", "North Carolina": "NC", "North Dakota": "ND",
    "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA", "Rhode Island": "RI",
    "South Carolina": "SC", "South Dakota": "SD", "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT",
    "Virginia": "VA", "Washington State": "WA", "Washington": "WA", "Washington D.C.": "DC", "West Virginia": "WV",
    "Wisconsin": "WI", "Wyoming": "WY", "Puerto Rico": "PR",
    "Alberta": "AB", "British Columbia": "BC", "Manitoba": "MB", "New Brunswick": "NB",
    "Newfoundland and Labrador": "NL", "Nova Scotia": "NS", "Ontario": "ON", "Prince Edward Island": "PE",
    "Quebec": "QC", "Saskatchewan": "SK",
}  # fmt: skip
Table = Mapping[str, Mapping[str, str]]
"""By prefix, names by language."""
_LONGEST = 9
_HEAD = 4000
"""So many characters of a file hold its first prefix."""


@lru_cache(maxsize=4096)
def locate(number: str) -> Place:
    """Find city (upper case), state (two letters in the US and Canada) and ISO country of an E.164 number."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return NOWHERE
    country = phonenumbers.region_code_for_number(parsed) or ""
    area = _area(parsed)
    if country not in ("US", "CA"):
        return Place(city=area.upper(), country=country)
    city, _, state = area.rpartition(", ")
    if state in _STATES:
        return Place(city=city.upper(), state=_STATES[state], country=country)
    if len(state) == 2 and state.isupper():
        return Place(city=city.upper(), state=state, country=country)
    return Place(country=country)


def _area(number: "PhoneNumber") -> str:
    """Find the area of a number that belongs to one, as the library's `geocoder` does."""
    from phonenumbers import phonenumberutil as rules

    country_code = number.country_code or 0
    kind = rules.number_type(number)
    if kind == rules.PhoneNumberType.UNKNOWN or not rules.is_number_type_geographical(kind, country_code):
        return ""
    national = rules.national_significant_number(number)
    return area_of(f"{country_code}{national.removeprefix(rules.country_mobile_token(country_code))}")


def area_of(digits: str, folder: Path | None = None) -> str:
    """Return the area of an international number without its plus; "" for one that has none.

    A folder without such files means that the library has changed: then it loads its table itself.
    """
    folder = folder or _geodata()
    for length in range(_LONGEST, 0, -1):
        prefix = digits[:length]
        name = _part_with(prefix, folder).get(prefix, {}).get("en")
        if name is not None:
            return name
    return ""


def _geodata() -> Path:
    import phonenumbers

    return Path(phonenumbers.__file__).parent / "geodata"


def _part_with(prefix: str, folder: Path) -> Table:
    parts = _parts(folder)
    if not parts:
        return _whole()
    at = bisect(parts, prefix, key=lambda part: part[0])
    return _loaded(parts[at - 1][1]) if at else {}


@cache
def _parts(folder: Path) -> Sequence[tuple[str, Path]]:
    """List the first prefix of every file, and the file, in order; nothing where the library has other files."""
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
