"""Epoch seconds as Okta writes them, and back; nothing here reads a clock."""

from datetime import UTC, datetime
from email.utils import formatdate
from functools import lru_cache


@lru_cache(maxsize=4096)
def stamp(seconds: float) -> str:
    """`2026-11-24T14:37:00.000Z`."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def parse_stamp(text: str) -> float:
    """Epoch seconds of an ISO 8601 date and time; ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


@lru_cache(maxsize=8)
def http_date(seconds: int) -> str:
    """The `Date` header's form."""
    return formatdate(seconds, usegmt=True)
