"""Phone numbers as the Factors API takes them; whether they are in service nobody knows here."""

import re

from fakes.okta.errors import refusal

E164 = re.compile(r"\+[1-9]\d{7,14}")
MARKS = re.compile(r"[\s().-]")
EXTENSION = re.compile(r"\d{1,15}")


def normalized(given: str | None) -> str:
    """In E.164; ten digits alone are taken as a North American number. E0000098 for what cannot be a number (E04)."""
    digits = MARKS.sub("", given or "")
    if re.fullmatch(r"[2-9]\d{9}", digits):
        digits = f"+1{digits}"
    elif re.fullmatch(r"1[2-9]\d{9}", digits):
        digits = f"+{digits}"
    if not E164.fullmatch(digits):
        raise refusal("E0000098")
    return digits


def check_extension(given: str) -> None:
    if not EXTENSION.fullmatch(given):
        raise refusal("E0000121")
