"""Phone numbers as the REST API takes and shows them; whether they are in service nobody knows here."""

import re

E164 = re.compile(r"\+[1-9]\d{6,14}")
MARKS = re.compile(r"[\s().-]")
NORTH_AMERICAN = re.compile(r"\+1[2-9]\d{9}")
OTHER_ENDPOINT = re.compile(r"(client|sip|sim):\S+")


def normalized(given: str) -> str | None:
    """In E.164; ten digits alone are taken as North American (confidence M). None for what cannot be a number."""
    digits = MARKS.sub("", given)
    if re.fullmatch(r"[2-9]\d{9}", digits):
        digits = f"+1{digits}"
    elif re.fullmatch(r"1[2-9]\d{9}", digits):
        digits = f"+{digits}"
    if not (digits.isascii() and E164.fullmatch(digits)):
        return None
    if digits.startswith("+1") and not NORTH_AMERICAN.fullmatch(digits):
        return None
    return digits


def is_endpoint(given: str) -> bool:
    """A client or a SIP address instead of a number."""
    return OTHER_ENDPOINT.fullmatch(given) is not None


def formatted(number: str) -> str:
    """`(207) 555-1234` for North America, everything else as it is."""
    if not NORTH_AMERICAN.fullmatch(number):
        return number
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
