"""What the line asks of an identity provider, and the closed set of answers; no Okta type crosses this border."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """Kinds of factor that work on the phone, by the names a profile's preference may use."""

    SMS = "sms"
    PUSH = "push"
    CALL = "call"
    TOTP = "totp"  # the code that Okta Verify shows
    GOOGLE = "google"  # the code that Google Authenticator shows

    @property
    def is_delivered(self) -> bool:
        """A code has to be sent before there is one to type."""
        return self in (Kind.SMS, Kind.CALL)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone whose number this seems to be; a claim, until a factor has been passed."""

    id: str
    first_name: str
    preference: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No single active user has this number; `why` is for the log and never spoken."""

    why: str


@dataclass(frozen=True, slots=True)
class Factor:
    """An enrolled, active factor of a person."""

    id: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Attempt:
    """A person's attempt to prove who they are, kept with the call and never shown.

    `token` is what the provider knows it by (a state token, a login), '' where it needs none; `challenge` what it knows
    the code that was sent by; `second` what it knows the attempt by once one factor was passed and another is wanted.
    `decoy` is why this attempt only looks like one (`ivr.identity.decoys`), and `person` and `token` are then nobody's.
    """

    person: str
    token: str = field(default="", repr=False)
    decoy: str = ""
    challenge: str = field(default="", repr=False)
    second: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt, and the factors that may be used in it, in the provider's order; there may be none."""

    attempt: Attempt
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Push:
    """A push on its way: what to poll and cancel (paths below the org, or a code), and a number to speak if any.

    `interval` is how many seconds the provider wants between two polls.
    """

    poll: str
    cancel: str | None
    number: int | None = None
    interval: float = 4.0  # Okta: no faster than every 4 to 5 s


class Trouble(StrEnum):
    """Why the provider could not serve us."""

    OUT_OF_REACH = "out of reach"
    BUSY = "rate limited"
    REFUSED = "refused our credentials"
    GARBLED = "gave an answer that makes no sense"


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The provider could not do it, whoever is calling; `detail` is for the log."""

    trouble: Trouble
    detail: str = ""


def is_surely_undone(answer: object) -> bool:
    """Whether the provider refused even to look at a request. One that was lost may have been carried out."""
    return isinstance(answer, Unavailable) and answer.trouble in (Trouble.BUSY, Trouble.REFUSED)


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A one-time code is on its way to the person's phone; `challenge` as in `Attempt`."""

    challenge: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TooSoon:
    """A code went out moments ago (Okta: one in 30 seconds); that one is still good."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The factor was passed."""


@dataclass(frozen=True, slots=True)
class NextFactor:
    """The factor was passed, and the provider wants one of these, too."""

    attempt: Attempt
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class WrongCode:
    """The code is wrong, used up or too old; Okta does not tell these apart."""


@dataclass(frozen=True, slots=True)
class Locked:
    """The person may not verify at all now, most often after too many failures."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """This factor cannot be used now (removed, suspended, delivery limit reached); another one might."""

    why: str


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The attempt took too long, and the provider has forgotten it; a new one can begin."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The push has no answer yet; `number` is what the caller must pick on their device, 0 included."""

    number: int | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """The person said no to the push, or picked the wrong number."""


@dataclass(frozen=True, slots=True)
class Expired:
    """The push ran out of time or is gone."""


Found = Person | Unknown | Unavailable
Started = Begun | Locked | Unusable | Unavailable
Challenged = CodeSent | TooSoon | Locked | Unusable | Lapsed | Unavailable
Checked = Verified | NextFactor | WrongCode | Locked | Unusable | Lapsed | Unavailable
Pushed = Push | Locked | Unusable | Lapsed | Unavailable
Polled = Verified | NextFactor | Waiting | Rejected | Expired | Unavailable


class Identity(Protocol):
    """Proves callers; every method answers, none raises for what the provider or a network does."""

    async def begin(self, person: Person) -> Started:
        """Begin an attempt. Its factors are active and of the kinds in `Kind`."""
        ...

    async def challenge(self, attempt: Attempt, factor: Factor) -> Challenged:
        """Send a one-time code, by text message or by calling."""
        ...

    async def verify(self, attempt: Attempt, factor: Factor, code: str) -> Checked:
        """Check a one-time code; a wrong one counts towards the provider's lockout."""
        ...

    async def start_push(self, attempt: Attempt, factor: Factor) -> Pushed:
        """Send a push; it is not waited for."""
        ...

    def unsent_push(self, attempt: Attempt, factor: Factor) -> Push:
        """What a decoy polls and cancels, as if it had been sent: the provider knows no such push."""
        ...

    async def poll_push(self, attempt: Attempt, push: Push) -> Polled:
        """Look once for the answer to a push."""
        ...

    async def step_back(self, attempt: Attempt, push: Push | None) -> Unavailable | None:
        """Give up the challenge that is out; a push is withdrawn where possible. Unavailable: no other factor works."""
        ...
