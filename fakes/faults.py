"""Trouble to order: failures, slowness and tight rate limits by route. It decides; others answer and wait."""

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Failure:
    """The next `times` requests on `route` are refused with this status and error code."""

    status: int
    code: str
    times: int
    route: str


@dataclass(frozen=True, slots=True)
class Slowness:
    seconds: float
    route: str


@dataclass(frozen=True, slots=True)
class Limit:
    per_minute: int
    route: str


@dataclass(slots=True)
class Faults:
    """A route is `METHOD /path`, `/path` or `*`. `*` stands for any characters, `{name}` for the same."""

    failures: list[Failure] = field(default_factory=list)
    slow: list[Slowness] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)

    def fail_next(self, status: int = 500, code: str = "", times: int = 1, route: str = "*") -> None:
        if not 400 <= status <= 599:
            raise ValueError(f"a failure has a status from 400 to 599, got {status}")
        if times < 1:
            raise ValueError(f"times is at least 1, got {times}")
        self.failures.append(Failure(status, code, times, route))

    def slow_by(self, seconds: float, route: str = "*") -> None:
        """Every answer on `route` takes that much longer; 0 makes it quick again."""
        if not seconds >= 0:
            raise ValueError(f"seconds is 0 or more, got {seconds!r}")
        self.slow = [rule for rule in self.slow if rule.route != route]
        if seconds:
            self.slow.append(Slowness(seconds, route))

    def rate_limit(self, per_minute: int, route: str = "*") -> None:
        """At most so many requests a minute on `route`, instead of the usual limit."""
        if per_minute < 0:
            raise ValueError(f"per_minute is 0 or more, got {per_minute}")
        self.limits = [rule for rule in self.limits if rule.route != route] + [Limit(per_minute, route)]

    def clear(self) -> None:
        self.failures, self.slow, self.limits = [], [], []

    def failure(self, method: str, path: str) -> Failure | None:
        """The failure ordered for this request, which uses one of its times up."""
        for at, rule in enumerate(self.failures):
            if is_route(rule.route, method, path):
                left = replace(rule, times=rule.times - 1)
                self.failures[at : at + 1] = [left] if left.times else []
                return rule
        return None

    def delay(self, method: str, path: str) -> float:
        return sum(rule.seconds for rule in self.slow if is_route(rule.route, method, path))

    def limit(self, method: str, path: str) -> Limit | None:
        """The limit last ordered for this request."""
        return next((rule for rule in reversed(self.limits) if is_route(rule.route, method, path)), None)


def is_route(pattern: str, method: str, path: str) -> bool:
    verb, _, rest = pattern.rpartition(" ")
    if verb and verb.upper() != method:
        return False
    return fnmatchcase(path, "/".join("*" if part.startswith("{") else part for part in rest.split("/")))
