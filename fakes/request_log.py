"""Which requests a fake has answered, newest last, for whoever wants to see what an application asked it. No secrets.

Bodies are never kept: of an answer only its outcome in a word, such as an error code or a factor result.
"""

import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fakes.web import Request, Response

MOST = 1000
"""Requests kept; the oldest go first."""
_SECRETS = re.compile(
    r"(?i)([?&](?:[a-z_]*token|pass_?code|code|password|answer|client_assertion|client_secret)=)[^&]*"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One request and how it was answered. `at` is Unix seconds.

    `seconds` is what the answer was made to take; less where the client is known to wait no longer.
    """

    number: int
    at: float
    method: str
    path: str
    status: int
    seconds: float
    note: str


Observer = Callable[[Answered], None]


class RequestLog:
    """Told of every request by the handler that answers it; `now` gives Unix seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._answered: deque[Answered] = deque(maxlen=MOST)
        self._observers: list[Observer] = []
        self.newest = 0
        """The number of the newest request; 0 before the first."""

    def listen(self, observer: Observer) -> None:
        """Be told of every request from now on, in the context in which it was answered."""
        self._observers.append(observer)

    def add(self, request: Request, response: Response) -> None:
        """Keep that a request was answered."""
        self.newest += 1
        seconds, note = response.delay, outcome(response)
        if request.patience is not None and seconds > request.patience:
            seconds, note = request.patience, f"given up (takes {seconds:g} s)"
        answered = Answered(
            self.newest, self._now(), request.method, shown_path(request), response.status, seconds, note
        )
        self._answered.append(answered)
        for observer in self._observers:
            observer(answered)

    def forget(self) -> None:
        """Keep none of those so far; numbers go on."""
        self._answered.clear()

    def since(self, number: int) -> list[Answered]:
        """Return those after the one with that number, as far as they are still kept."""
        return [each for each in self._answered if each.number > number]


def shown_path(request: Request) -> str:
    """Write path and query, still encoded, with dots for every parameter that may open a door."""
    return request.path + (_SECRETS.sub(r"\1••••••", f"?{request.query}") if request.query else "")


def outcome(response: Response) -> str:
    """Say the answer in a word or two: error code and summary, factor result, status, or how many were found."""
    try:
        document: Any = json.loads(response.body) if response.body else None
    except ValueError:
        return ""
    if isinstance(document, list):
        return f"{len(document)} found"
    if not isinstance(document, dict):
        return ""
    if "errorCode" in document:
        return f"{document['errorCode']} {document.get('errorSummary', '')}".strip()
    if "error" in document:
        return f"{document['error']} {document.get('message', '')}".strip()
    found = document.get("factorResult") or document.get("status")
    return found if isinstance(found, str) else ""


def log_body(log: RequestLog, since: int) -> dict[str, object]:
    """Write the log as a control plane shows it."""
    rows = [{name: getattr(each, name) for name in Answered.__slots__} for each in log.since(since)]
    return {"newest": log.newest, "requests": rows}
