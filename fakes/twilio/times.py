"""Unix seconds as Twilio writes them, and dates as its filters take them; nothing here reads a clock."""

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache


@lru_cache(maxsize=4096)
def rfc2822(seconds: float) -> str:
    """`Tue, 24 Nov 2026 14:00:00 +0000`."""
    return format_datetime(datetime.fromtimestamp(int(seconds), UTC))


def stamp_or_none(seconds: float | None) -> str | None:
    return None if seconds is None else rfc2822(seconds)


def parse_moment(text: str) -> tuple[float, bool]:
    """Unix seconds of `2026-11-24` or `2026-11-24T14:00:00Z`, and whether it was a date alone. ValueError otherwise."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), "T" not in text and " " not in text
