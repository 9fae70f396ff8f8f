"""Where a number is registered, as a person says it; it spells out what Twilio abbreviates and looks nothing up."""

from __future__ import annotations


def place(city: str, state: str, country: str) -> str:
    """'Chicago, Illinois', 'Berlin, Germany', 'Canada', or '' when nothing is known.

    Twilio sends what the number was registered with: cities in capitals, North American states as two letters,
    free text elsewhere, and '' for what it does not know. The country is left out where the state says enough.
    """
    if country in ("US", "CA", "PR", ""):
        region = STATES.get(state.upper(), "")
        parts = [_titled(city), region or COUNTRIES.get(country, "")]
    else:
        parts = [_titled(city), _titled(state), COUNTRIES.get(country.upper(), "")]
    return ", ".join(dict.fromkeys(part for part in parts if part))[:80]


def _titled(name: str) -> str:
    return " ".join(word.capitalize() for word in name.split())


def _table(text: str) -> dict[str, str]:
    return {row[:2]: row[3:] for row in text.split(";")}


STATES = _table(
    "AL Alabama;AK Alaska;AZ Arizona;AR Arkansas;CA California;CO Colorado;CT Connecticut;DE Delaware;DC D.C.;"
    "FL Florida;GA Georgia;HI Hawaii;ID Idaho;IL Illinois;IN Indiana;IA Iowa;KS Kansas;KY Kentucky;LA Louisiana;"
    "ME Maine;MD Maryland;MA Massachusetts;MI Michigan;MN Minnesota;MS Mississippi;MO Missouri;MT Montana;"
    "NE Nebraska;NV Nevada;NH New Hampshire;NJ New Jersey;NM New Mexico;NY New York;NC North Carolina;"
    "ND North Dakota;OH Ohio;OK Oklahoma;OR Oregon;PA Pennsylvania;PR Puerto Rico;RI Rhode Island;"
    "SC South Carolina;SD South Dakota;TN Tennessee;TX Texas;UT Utah;VT Vermont;VA Virginia;WA Washington;"
    "WV West Virginia;WI Wisconsin;WY Wyoming;AB Alberta;BC British Columbia;MB Manitoba;NB New Brunswick;"
    "NL Newfoundland;NS Nova Scotia;NT Northwest Territories;NU Nunavut;ON Ontario;PE Prince Edward Island;"
    "QC Quebec;SK Saskatchewan;YT Yukon"
)
COUNTRIES = _table(
    "US the United States;CA Canada;MX Mexico;BR Brazil;AR Argentina;GB the United Kingdom;IE Ireland;FR France;"
    "DE Germany;AT Austria;CH Switzerland;NL the Netherlands;BE Belgium;LU Luxembourg;ES Spain;PT Portugal;"
    "IT Italy;DK Denmark;NO Norway;SE Sweden;FI Finland;PL Poland;CZ Czechia;GR Greece;TR Turkey;IL Israel;"
    "ZA South Africa;IN India;JP Japan;KR South Korea;CN China;HK Hong Kong;SG Singapore;PH the Philippines;"
    "AU Australia;NZ New Zealand"
)
