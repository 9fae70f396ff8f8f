"""Filters of a list: equal to a field, before or after a moment; what is listed is in each resource's rules."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from fakes.twilio.errors import refusal
from fakes.twilio.form import Form
from fakes.twilio.times import parse_moment

T = TypeVar("T")
DAY = 86_400.0


def newest_first(
    found: Iterable[T],
    query: Form,
    texts: Mapping[str, Callable[[T], str]],
    moments: Mapping[str, Callable[[T], float | None]],
) -> list[T]:
    """What passes every filter given. `Name` is that day, `Name<` and `Name>` include their own moment."""
    tests: list[Callable[[T], bool]] = []
    for name, read in texts.items():
        if wanted := query.text(name):
            tests.append(_equals(read, wanted))
    for name, time_of in moments.items():
        for mark in ("", "<", ">"):
            if given := query.text(name + mark):
                tests.append(_in_time(time_of, mark, given))
    return [item for item in reversed(list(found)) if all(test(item) for test in tests)]


def _equals(read: Callable[[T], str], wanted: str) -> Callable[[T], bool]:
    return lambda item: read(item) == wanted


def _in_time(time_of: Callable[[T], float | None], mark: str, given: str) -> Callable[[T], bool]:
    try:
        moment, is_day = parse_moment(given)
    except ValueError:
        raise refusal(20001, f"{given} is not a date") from None
    first = float("-inf") if mark == "<" else moment
    last = float("inf") if mark == ">" else moment + (DAY if is_day and not mark else 0.0)

    def is_in(item: T) -> bool:
        at = time_of(item)
        return at is not None and first <= at <= last

    return is_in
