"""Where a phone number is registered, offline, as Twilio's webhook parameters say it. Guesses no postal codes.

The data is that of the `phonenumbers` library; what a number needs of it is loaded when first asked. City and state
are those of the number's area, which is what Twilio reports too, not where the caller is.
"""

from functools import lru_cache
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


@lru_cache(maxsize=4096)
def locate(number: str) -> Place:
    """City (upper case), state (two letters in the US and Canada) and ISO country of an E.164 number."""
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
    """The area of a number that belongs to one, as the library's `geocoder` finds it."""
    from phonenumbers import phonenumberutil as rules

    from simulator.areas import area_of

    country_code = number.country_code or 0
    kind = rules.number_type(number)
    if kind == rules.PhoneNumberType.UNKNOWN or not rules.is_number_type_geographical(kind, country_code):
        return ""
    national = rules.national_significant_number(number)
    return area_of(f"{country_code}{national.removeprefix(rules.country_mobile_token(country_code))}")
