"""The magic numbers of the test credentials: they are checked, and nothing happens.

Source: Twilio docs, test credentials.
"""

from collections.abc import Mapping

from fakes.twilio.errors import refusal

VALID = "+15005550006"
CALL_FROM: Mapping[str, int] = {"+15005550001": 21212}
CALL_TO: Mapping[str, int] = {
    "+15005550001": 21217,
    "+15005550002": 21214,
    "+15005550003": 21215,
    "+15005550004": 21216,
}
MESSAGE_FROM: Mapping[str, int] = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
MESSAGE_TO: Mapping[str, int] = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
PURCHASE: Mapping[str, int] = {"+15005550000": 21422, "+15005550001": 21421}
AREA_CODES: Mapping[str, int] = {"533": 21452}


def check(table: Mapping[str, int], number: str) -> None:
    """Refuse a magic number as the table says."""
    code = table.get(number)
    if code is not None:
        raise refusal(code, number)


def check_sender(table: Mapping[str, int], number: str, otherwise: int) -> None:
    """With test credentials only one number may be the From; all others are not the account's."""
    check(table, number)
    if number != VALID:
        raise refusal(otherwise, number)
