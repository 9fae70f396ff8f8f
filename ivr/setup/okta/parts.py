"""The words of a plan: a part of the set-up, how it stands, the requests that change it and those that undo them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from ivr.setup.okta.org import Org

HERE = "{id}"  # in a path of an undo: the id of what was made


class Action(StrEnum):
    """What is to be done about a part. `WAIT`: a person must act first. `BLOCKED`: it cannot be done from here."""

    NONE = "ok"
    CREATE = "create"
    CHANGE = "change"
    WAIT = "wait"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Request:
    """One request to Okta."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Find:
    """How to find what was made when its id was never learnt: the item of a list, or the one thing, that matches.

    Keys of `match` are dotted, as `profile.name`.
    """

    path: str
    match: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Deed:
    """Requests in their order, and how they are undone. The id of what is made is in the last answer."""

    requests: tuple[Request, ...]
    undo: tuple[Request, ...]
    find: Find | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """How a part stands. The last three belong to an Okta Verify that waits for its person's phone.

    `poll` asks whether the phone took part, `takes_code` is where the code goes that the app shows.
    """

    action: Action
    detail: str = ""
    deed: Deed | None = None
    poll: str = ""
    takes_code: str = ""
    qr: str = ""


@dataclass(slots=True)
class Known:
    """Ids that later parts need, by the name of the part; they are learnt by looking. And what was made now."""

    ids: dict[str, str] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)


Look: TypeAlias = Callable[[Org, Known], Awaitable[Found]]


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the plan: its kind, what thing it is about, and under which name later parts know its id."""

    kind: str
    what: str
    look: Look
    known_as: str = ""

    @property
    def name(self) -> str:
        """Also its key in the record, so it names the thing."""
        return f"{self.kind} {self.what}"


def ok(detail: str = "") -> Found:
    """Nothing to do."""
    return Found(Action.NONE, detail)


def create(detail: str, deed: Deed) -> Found:
    """It is not there."""
    return Found(Action.CREATE, detail, deed)


def change(detail: str, deed: Deed) -> Found:
    """It is there and differs."""
    return Found(Action.CHANGE, detail, deed)


def blocked(why: str) -> Found:
    """It is there in a way that we do not touch; `why` ends with what to do."""
    return Found(Action.BLOCKED, why)
