"""Trouble to order: failures, slowness and tight rate limits by route. It decides; others answer and wait."""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from fnmatch import fnmatchcase
from typing import Any

MOST_TIMES = 1_000_000_000
LONGEST = 86_400.0


@dataclass(frozen=True, slots=True)
class Failure:
    """The next `times` requests on `route` are refused with this status and error code."""

    status: int = 500
    code: str = ""
    times: int = 1
    route: str = "*"

    def __post_init__(self) -> None:
        _check_whole("status", self.status, 400, 599)
        _check_whole("times", self.times, 1, MOST_TIMES)
        _check_texts(code=self.code, route=self.route)


@dataclass(frozen=True, slots=True)
class Slowness:
    """Every answer on `route` takes so many seconds longer; 0 makes it quick again."""

    seconds: float
    route: str = "*"

    def __post_init__(self) -> None:
        if isinstance(self.seconds, bool) or not isinstance(self.seconds, int | float):
            raise ValueError(f"seconds is a number, got {self.seconds!r}")
        if not 0 <= self.seconds <= LONGEST:
            raise ValueError(f"seconds is from 0 to {LONGEST:,.0f}, a day, got {self.seconds!r}")
        _check_texts(route=self.route)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many requests a minute on `route`, instead of the usual limit."""

    per_minute: int
    route: str = "*"

    def __post_init__(self) -> None:
        _check_whole("per_minute", self.per_minute, 0, MOST_TIMES)
        _check_texts(route=self.route)


Rule = Failure | Slowness | Limit
KINDS: Mapping[str, type[Rule]] = {"fail_next": Failure, "slow_by": Slowness, "rate_limit": Limit}
"""What can be ordered, by the name of the order."""


def read_orders(document: Mapping[str, Any], kinds: Collection[str] = KINDS) -> list[Rule]:
    """Read the rules of `{"fail_next": {"status": 503, "times": 2, "route": "…"}, "slow_by": …}`, and check them all.

    `kinds` are those that a service heeds. Raises ValueError with one sentence.
    """
    if not document or set(document) - set(kinds):
        raise ValueError(f"a fault is one of {', '.join(kinds)}, got {', '.join(map(str, document)) or 'nothing'}")
    return [_read_order(name, details) for name, details in document.items()]


def _read_order(name: str, details: Any) -> Rule:  # JSON's own types
    kind = KINDS[name]
    names = [each.name for each in fields(kind)]
    if not isinstance(details, Mapping) or set(details) - set(names):
        raise ValueError(f"{name} takes an object with some of {', '.join(names)}, got {details!r}")
    missing = [each.name for each in fields(kind) if each.default is MISSING and each.name not in details]
    if missing:
        raise ValueError(f"{name} needs {missing[0]}")
    return kind(**details)


@dataclass(slots=True)
class Faults:
    """A route is `METHOD /path`, `/path` or `*`. `*` stands for any characters, `{name}` for the same."""

    failures: list[Failure] = field(default_factory=list)
    slow: list[Slowness] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)

    def order(self, *rules: Rule) -> None:
        """Have them hold from now on. Of slowness and limits, the newest on a route replaces the one before."""
        for rule in rules:
            match rule:
                case Failure():
                    self.failures.append(rule)
                case Slowness():
                    self.slow = [each for each in self.slow if each.route != rule.route]
                    self.slow += [rule] if rule.seconds else []
                case Limit():
                    self.limits = [each for each in self.limits if each.route != rule.route] + [rule]

    def fail_next(self, status: int = 500, code: str = "", times: int = 1, route: str = "*") -> None:
        """See Failure."""
        self.order(Failure(status, code, times, route))

    def slow_by(self, seconds: float, route: str = "*") -> None:
        """See Slowness."""
        self.order(Slowness(seconds, route))

    def rate_limit(self, per_minute: int, route: str = "*") -> None:
        """See Limit."""
        self.order(Limit(per_minute, route))

    def clear(self) -> None:
        self.failures, self.slow, self.limits = [], [], []

    def failure(self, method: str, path: str) -> Failure | None:
        """Find the failure ordered for this request, and use one of its times up."""
        for at, rule in enumerate(self.failures):
            if is_route(rule.route, method, path):
                self.failures[at : at + 1] = [replace(rule, times=rule.times - 1)] if rule.times > 1 else []
                return rule
        return None

    def delay(self, method: str, path: str) -> float:
        return sum(rule.seconds for rule in self.slow if is_route(rule.route, method, path))

    def limit(self, method: str, path: str) -> Limit | None:
        """Find the limit last ordered for this request."""
        return next((rule for rule in reversed(self.limits) if is_route(rule.route, method, path)), None)


def is_route(pattern: str, method: str, path: str) -> bool:
    verb, _, rest = pattern.rpartition(" ")
    if verb and verb.upper() != method:
        return False
    return fnmatchcase(path, "/".join("*" if part.startswith("{") else part for part in rest.split("/")))


def _check_whole(name: str, value: Any, least: int, most: int) -> None:  # whatever JSON had
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{name} is a whole number from {least} to {most:,}, got {value!r}")


def _check_texts(**values: Any) -> None:
    for name, value in values.items():
        if not isinstance(value, str):
            raise ValueError(f"{name} is a text, got {value!r}")
