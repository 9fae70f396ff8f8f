"""The laws of the line, judged from outside: by what the fakes answered, what callers heard, and how calls ended.

Nothing here asks the line what it thinks. The first breach of a law is what counts; a breach is never taken back.
"""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.soak.people import private_words
from bench.soak.plan import PEOPLE, Planned, phone_of
from bench.soak.processes import DELIVERY, LIFE
from ivr.webhooks.record import Outcome, WebhookRecord
from simulator.operator.beside import OutsideCall
from simulator.operator.journal import Entry
from simulator.vocabulary import Ended, Heard, Replied, Warned

if TYPE_CHECKING:
    from okta_twilio_ivr.line import Fakes

CHECKS = {
    "bypass": "nobody reaches an account whose factor was not passed at Okta in that call",
    "application-error": "no caller hears Twilio's application error",
    "repetition": "a repeated delivery sends no second code and counts no second try",
    "lock-out": "no caller can lock a customer's access at Okta",
    "failure": "no webhook fails for want of anything but time",
    "stuck": "every call ends",
    "state": "what is kept about calls is forgotten when they are over",
    "memory": "memory does not grow with the number of calls",
}
_VERIFYING = re.compile(r"^/api/v1/users/([^/]+)/factors/[^/]+/(?:verify|transactions/[^/?]+)(?:\?.*)?$")
_ACCOUNT = re.compile(r"^/v1/accounts/([^/?]+)")
_NEXT = re.compile(rb'action="(?:/[^"]*)?/ivr/account_menu"')
PATIENCE = 12.0
"""Seconds after which the line gives up its own webhook."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A law was broken. `call` is the number of the call in its round, None when it is not a single call's doing."""

    check: str
    sentence: str
    call: int | None
    at: float


@dataclass(slots=True)
class _Known:
    planned: Planned
    proven: set[str] = field(default_factory=set)


class Judge:
    """Follows all calls of a round. `now` and journals are in Unix seconds."""

    def __init__(self, fakes: "Fakes", owners: dict[str, str], excused: set[str], tally: Counter[str]) -> None:
        self._fakes = fakes
        self._owners = owners
        self._excused = excused
        self._calls: dict[str, _Known] = {}
        self._callbacks = 0
        self._private = {word: owners[phone_of(person)] for person in range(PEOPLE) for word in private_words(person)}
        self._words = re.compile("|".join(map(re.escape, self._private)))
        self.breach: Breach | None = None
        self._broken = asyncio.Event()
        self._tally = tally

    def dialled(self, sid: str, planned: Planned) -> None:
        self._calls[sid] = _Known(planned)
        self._tally[f"caller {planned.habits.name}"] += 1

    def broken(self, check: str, sentence: str, sid: str = "") -> None:
        """A law was broken; the first counts."""
        if self.breach is None:
            known = self._calls.get(sid)
            number = None if known is None else known.planned.number
            self.breach = Breach(check, sentence, number, round(self._fakes.okta.now(), 3))
            self._broken.set()

    async def until_broken(self) -> None:
        """Until a law is."""
        await self._broken.wait()

    def done_twice(self, sid: str, deed: str) -> None:
        self.broken("repetition", f"a webhook that was delivered again had this done twice: {deed}", sid)

    def seen(self, seen: WebhookRecord) -> None:
        """A webhook as the line tells of it; only a failure is of interest, and only of a process that lives."""
        if seen.how is Outcome.AGAIN:
            self._tally["repetitions recognised"] += 1
        if seen.how is not Outcome.FAILED:
            return
        delivery, life = DELIVERY.get(), LIFE.get()
        if delivery is not None:
            delivery.is_begun_again = True
        if life is not None and life.is_over:
            return
        self._tally["webhooks out of time"] += 1
        if seen.seconds < PATIENCE:
            self.broken("failure", f"{seen.page} failed after {seen.seconds:.1f} s", seen.call)

    def take(self, entry: Entry) -> None:
        """Everything that happens on the network comes by here."""
        match entry.item:
            case OutsideCall() as asked:
                self._outside(entry.sid, asked)
            case Heard(prompt=prompt) if prompt.text:
                self._told(entry.sid, prompt.text)
            case Replied(body=body):
                self._answered(entry.sid, body)
            case Warned(level="error") as warned:
                self._warned(entry.sid, warned)
            case Ended() as ended:
                self._ended(entry.sid, ended)
            case _:
                return

    def forget(self) -> None:
        """All calls are over, and nothing can come of them any more."""
        self._calls.clear()
        self._excused.clear()
        self._callbacks = 0

    def _outside(self, sid: str, asked: OutsideCall) -> None:
        if asked.party == "accounts":
            self._account_asked(sid, asked)
            return
        if asked.path.startswith("/oauth2/v1/"):
            self._direct_asked(sid, asked)
            return
        verifying = _VERIFYING.match(asked.path)
        if verifying is None:
            return
        delivery, known = DELIVERY.get(), self._calls.get(sid)
        if asked.note == "SUCCESS" and known is not None:
            known.proven.add(verifying[1])
            self._tally["factors passed"] += 1
        if delivery is not None and asked.method == "POST":
            if asked.note in ("CHALLENGE", "WAITING"):
                delivery.count("a code or a push was sent")
                self._tally["codes and pushes sent"] += 1
            elif asked.note == "SUCCESS" or asked.note.startswith("E0000068"):
                delivery.count("a code was tried at Okta")
                self._tally["codes tried"] += 1
        self._look_for_locks(sid, verifying[1])

    def _direct_asked(self, sid: str, asked: OutsideCall) -> None:
        """Direct Authentication: an ID token is for who passed, and which one that is only the fake can tell."""
        delivery, known, tables = DELIVERY.get(), self._calls.get(sid), self._fakes.okta.org.tables
        is_passed = asked.path.endswith("/token") and asked.status == 200
        if is_passed and known is not None:
            known.proven.add(list(tables.issued_tokens.values())[-1].user_id)
            self._tally["factors passed"] += 1
        if delivery is not None and asked.path.endswith("/primary-authenticate") and asked.status == 200:
            delivery.count("a code or a push was sent")
            self._tally["codes and pushes sent"] += 1
        elif delivery is not None and (is_passed or asked.note == "invalid_grant"):
            delivery.count("a code was tried at Okta")
            self._tally["codes tried"] += 1
        for person in self._owners.values():
            self._look_for_locks(sid, person)

    def _look_for_locks(self, sid: str, person: str) -> None:
        if self._fakes.okta.org.tables.users[person].status == "LOCKED_OUT":
            self.broken("lock-out", "the owner's access at Okta was locked", sid)

    def _account_asked(self, sid: str, asked: OutsideCall) -> None:
        account = _ACCOUNT.match(asked.path)
        if account is not None and not self._may(sid, account[1]):
            self.broken("bypass", f"the accounts API was asked for {account[1]}", sid)
        made = self._fakes.accounts.callbacks
        for wish in made[self._callbacks :]:
            self._tally["call backs noted"] += 1
            if wish.user_id is not None and not self._may(wish.call_sid, wish.user_id):
                self.broken("bypass", f"a call back was asked for in the name of {wish.user_id}", wish.call_sid)
        self._callbacks = len(made)

    def _told(self, sid: str, text: str) -> None:
        found = self._words.search(text)
        if found is None:
            return
        owner = self._private[found[0]]
        if not self._may(sid, owner):
            self.broken("bypass", f"the caller heard {found[0]!r}, which is {owner}'s", sid)
        if found[0].endswith("dollars"):
            self._tally["heard the balance"] += 1

    def _answered(self, sid: str, body: bytes) -> None:
        known = self._calls.get(sid)
        if known is not None and _NEXT.search(body) and not self._may(sid, self._owners.get(known.planned.phone, "")):
            self.broken("bypass", "the account menu was opened", sid)

    def _may(self, sid: str, person: str) -> bool:
        """Okta has said SUCCESS to this person in this call, which comes from this person's number."""
        known = self._calls.get(sid)
        return known is not None and person in known.proven and self._owners.get(known.planned.phone) == person

    def _warned(self, sid: str, warned: Warned) -> None:
        if sid not in self._excused:
            self.broken("application-error", f"Twilio's debugger shows {warned.code}: {warned.message}", sid)

    def _ended(self, sid: str, ended: Ended) -> None:
        self._tally[f"ended {ended.ending}"] += 1
        if ended.ending == "application-error" and sid not in self._excused:
            self.broken("application-error", "the call ended in Twilio's application error", sid)
