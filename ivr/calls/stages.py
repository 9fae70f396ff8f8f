"""A call's stages and the legal moves between them; it knows nothing of webhooks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from ivr.accounts import Topic
from ivr.identity.protocol import Attempt, Factor, Person, Push, Unknown
from ivr.phrases import phrases_for
from ivr.phrases.catalogue import Phrases


class Stage(StrEnum):
    """How far a call has come."""

    GREETED = "greeted"
    OFFERED = "offered"
    CHOOSING = "choosing"
    CODE_ASKED = "code asked"
    PUSH_SENT = "push sent"
    VERIFIED = "verified"
    CALL_BACK_DUE = "call back due"
    CALLING_BACK = "calling back"
    ENDED = "ended"


UNPROVEN = frozenset({Stage.GREETED, Stage.OFFERED, Stage.CHOOSING, Stage.CODE_ASKED, Stage.PUSH_SENT})

# Nothing leads back to the greeting, only a challenge leads to VERIFIED, and nothing leads on from the end. Between
# offer, choice and challenges a caller may go to and fro, as far as the limits on challenges and codes allow.
MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.GREETED: frozenset({Stage.OFFERED, Stage.CALL_BACK_DUE, Stage.ENDED}),
    Stage.OFFERED: frozenset(
        {Stage.OFFERED, Stage.CHOOSING, Stage.CODE_ASKED, Stage.PUSH_SENT, Stage.CALL_BACK_DUE, Stage.ENDED}
    ),
    Stage.CHOOSING: frozenset({Stage.OFFERED, Stage.CODE_ASKED, Stage.PUSH_SENT, Stage.CALL_BACK_DUE, Stage.ENDED}),
    Stage.CODE_ASKED: frozenset({Stage.OFFERED, Stage.CHOOSING, Stage.VERIFIED, Stage.CALL_BACK_DUE, Stage.ENDED}),
    Stage.PUSH_SENT: frozenset({Stage.OFFERED, Stage.CHOOSING, Stage.VERIFIED, Stage.CALL_BACK_DUE, Stage.ENDED}),
    Stage.VERIFIED: frozenset({Stage.CALL_BACK_DUE, Stage.ENDED}),
    Stage.CALL_BACK_DUE: frozenset({Stage.ENDED}),
    Stage.CALLING_BACK: frozenset({Stage.ENDED}),  # a call of the line's own begins here
    Stage.ENDED: frozenset(),
}


class IllegalMoveError(Exception):
    """A handler tried to take a call where it may not go: a bug here, never a caller's doing."""

    def __init__(self, here: Stage, there: Stage) -> None:
        legal = ", ".join(sorted(MOVES[here])) or "nowhere"
        super().__init__(f"a call that is {here} cannot become {there}; it can go to: {legal}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, keyed by its CallSid. `phone`, `called` and `account` are what it began with and never change.

    A call of the line's own has no `account`. `language` is a tag such as `en-US`.
    `version` counts how often it was put into the store, whose business it is.
    """

    sid: str
    phone: str
    called: str = ""
    account: str = ""
    began: float = 0.0  # seconds since the epoch
    language: str = "en-US"
    stage: Stage = Stage.GREETED
    caller: Person | Unknown | None = None  # None: not looked up yet, or the look-up failed
    attempt: Attempt | None = None
    factors: tuple[Factor, ...] = ()
    factor: Factor | None = None
    push: Push | None = None
    push_sent_at: float = 0.0
    back: Stage = Stage.OFFERED  # where star leads from CHOOSING
    polls: int = 0
    wrong_codes: int = 0
    challenges: int = 0
    misses: int = 0
    topic: Topic | None = None  # what a call back is about
    proven: str | None = None  # the person's id, once and only once the factor was passed
    proven_at: float = 0.0
    version: int = 0

    @property
    def phrases(self) -> Phrases:
        """What the line says in the language of this call."""
        return phrases_for(self.language)


def move(call: Call, to: Stage) -> Call:
    """The call at its next stage, with a clean count of misses. Raises IllegalMoveError."""
    if to not in MOVES[call.stage]:
        raise IllegalMoveError(call.stage, to)
    return replace(call, stage=to, misses=0)


def prove(call: Call) -> Call:
    """The call after its factor was passed: the only way to VERIFIED."""
    if not isinstance(call.caller, Person):
        raise IllegalMoveError(call.stage, Stage.VERIFIED)
    return replace(move(call, Stage.VERIFIED), proven=call.caller.id, attempt=None, push=None)


def limit_owner(call: Call) -> str:
    """Name whom limits are counted for: the person, or the number of an unknown caller."""
    return call.caller.id if isinstance(call.caller, Person) else f"nobody {call.phone}"


def is_decoy(call: Call) -> bool:
    """Whether this caller is only led to believe that they could prove something."""
    return call.attempt is not None and call.attempt.decoy != ""
