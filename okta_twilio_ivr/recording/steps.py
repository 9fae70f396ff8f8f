"""Takes a scenario's steps with the line's own clients: no call is made, no sentence is spoken.

What becomes of the requests is decided by whoever opened the line: they are recorded, or answered from recordings.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from ivr.accounts import Account, AccountsDown, CallbackRequested
from ivr.callback import Order, Ordered
from ivr.identity import protocol as identity
from ivr.identity.protocol import Attempt, Begun, Factor, Kind, Person, Push, Unavailable, Unknown, Waiting
from ivr.identity.providers import PROVIDERS
from ivr.setup.number import Number, wanted
from ivr.twilio_access import NotConfiguredError, TwilioTroubleError
from ivr.webhooks.results import CALL_BACK, CALL_STATUS
from okta_twilio_ivr.recording.scenarios import LEA, LINE, MAX, ROLES, STRANGER, Role, Scenario
from okta_twilio_ivr.recording.taping import Tape

if TYPE_CHECKING:
    from ivr.line import Line

POLL_PAUSE = 5.0  # seconds; Okta wants to be polled no faster
PROMPT_LASTS = 300.0  # seconds, at Okta
NOT_OWNED = "+12075550199"
_NOBODY, _NO_ATTEMPT, _NO_FACTOR, _NO_PUSH = Unknown("not asked"), Attempt(""), Factor("", Kind.SMS), Push("", None)

EXPECTED: Mapping[str, tuple[type, ...]] = {
    "find": (Person, Unknown),
    "begin": (Begun,),
    "sms": (identity.CodeSent,),
    "too-soon": (identity.TooSoon,),
    "call": (identity.CodeSent,),
    "totp": (identity.CodeSent,),
    "right": (identity.Verified,),
    "wrong": (identity.WrongCode,),
    "late": (identity.WrongCode, identity.Lapsed),
    "push": (Push,),
    "no-sms": (identity.Unusable,),
    "no-push": (identity.Unusable,),
    "poll": (Waiting,),
    "answer": (identity.Verified, identity.Rejected, identity.Expired),
    "back": (type(None),),
    "balance": (Account,),
    "call-back": (CallbackRequested,),
    "ring": (Ordered,),
    "look-up": (Number,),
    "only-one": (Number,),
    "point": (Number,),
    "not-owned": (TwilioTroubleError,),
}
"""What each step that asks something has to end in. Once trouble was ordered, each has to find the service gone."""


class RecordingError(Exception):
    """The services did not do what the scenario says, or the file cannot be written; one sentence."""


class Device(Protocol):
    """A person's phone: the fakes' handset, what was recorded of one, or a human being with a phone in their hand."""

    async def code(self, by: str) -> str:
        """The newest code that arrived by text message (`sms`) or call (`call`), or that Okta Verify shows (`totp`)."""

    async def tap(self, *, approve: bool, number: int | None) -> None:
        """Answer the newest prompt, with the number that the caller was told."""

    async def wait(self, seconds: float) -> None:
        """Let the services' clock go on."""


@dataclass
class Performer:
    """One scenario on a line. `phones` are the numbers of real people who play roles; `refuse` orders trouble."""

    line: "Line"
    scenario: Scenario
    device: Callable[[Role], Device]
    tape: Tape | None = None
    refuse: Callable[[str, int], None] | None = None
    phones: Mapping[Role, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    _role: Role = STRANGER
    _caller: Person | Unknown = _NOBODY
    _attempt: Attempt = _NO_ATTEMPT
    _factors: Mapping[str, Factor] = field(default_factory=dict)
    _factor: Factor = _NO_FACTOR
    _push: Push = _NO_PUSH
    _is_refused: bool = False
    _notes: dict[str, Any] = field(default_factory=dict)

    async def perform(self) -> None:
        """Take all steps, and write notes beside what is on the tape. Raises RecordingError where one fails."""
        self._role = self.scenario.role
        self._notes = {"by_name": True} if self.scenario.enrols else {}
        for step in self.scenario.steps.split():
            word, _, value = step.partition(":")
            if word not in EXPECTED:
                await self._act(word, value)
                continue
            result = await self._ask(word)
            is_refused_decoy = self._attempt.decoy and isinstance(result, identity.Unusable)
            expected = (Unavailable, AccountsDown) if self._is_refused else EXPECTED[word]
            if not isinstance(result, expected) and not is_refused_decoy:
                raise self._error(f"the step {word} ended in {type(result).__name__}")
            if self.tape is not None:
                self.tape.note(self._notes)
            self._notes = {}

    async def _act(self, word: str, value: str) -> None:
        """What a person does, or what happens; no request goes out."""
        device = self.device(self._role)
        match word:
            case "as":
                self._role = next(each for each in ROLES if each.first_name == value)
                self._caller = _NOBODY
            case "wait":
                await device.wait(float(value))
                self._notes["waited"] = float(value)
            case "approve" | "deny":
                await device.tap(approve=word == "approve", number=self._push.number)
                self._notes["tap"] = word
            case _:
                if self.refuse is None:
                    raise self._error("trouble can only be ordered from the fakes")
                self.refuse(self.scenario.service, int(value))
                self._is_refused, self._notes["refused"] = True, int(value)

    async def _ask(self, word: str) -> object:
        proofs, phone = self.line.proofs, self._phone_of(self._role)
        match word:
            case "find":
                found = await self.line.directory.find_caller(phone)
                self._caller = found if isinstance(found, Person | Unknown) else self._caller
                return found
            case "begin":
                return self._begun(await proofs.begin(self._caller, phone))
            case "sms" | "no-sms" | "too-soon" | "call" | "totp":
                return await self._ask_for_code("sms" if word in ("too-soon", "no-sms") else word)
            case "right" | "late" | "wrong":
                return await proofs.verify(self._attempt, self._factor, self._code(is_wrong=word == "wrong"))
            case "push" | "no-push":
                return self._pushed(await proofs.start_push(self._attempt, self._factor_of("push")))
            case "poll" | "answer":
                return await self._poll(is_patient=word == "answer")
            case "back":
                return await proofs.step_back(self._attempt, self._push)
            case "balance" | "call-back":
                return await self._ask_accounts(word, phone)
            case "ring":
                assert self.line.dialler is not None
                return await self.line.dialler.ring(Order(phone, self._phone_of(LINE), CALL_BACK, CALL_STATUS))
            case _:
                return await asyncio.to_thread(self._ask_for_number, word)

    def _error(self, what: str) -> RecordingError:
        return RecordingError(f"{self.scenario.name}: {what}.")

    def _phone_of(self, role: Role) -> str:
        return self.phones.get(role, role.phone)

    # ------------------------------------------------------------ the identity provider

    def _begun(self, answer: object) -> object:
        """Stop before anything is sent to somebody who should not be known, or is missing from somebody who should."""
        if isinstance(answer, Begun):
            self._attempt = answer.attempt
            self._factors = {each.kind: each for each in reversed(answer.factors)}
            offered = PROVIDERS[self.line.settings.okta_mfa_api].offers(self.line.settings)
            is_unprovable = self._role in (LEA, STRANGER) or (self._role is MAX and offered is None)
            if bool(self._attempt.decoy) is not is_unprovable:
                raise self._error(f"whoever plays {self._role.name} {'can' if is_unprovable else 'cannot'} be proven")
        return answer

    def _factor_of(self, kind: str) -> Factor:
        if kind not in self._factors:
            raise self._error(f"whoever plays {self._role.name} has no factor {kind}")
        self._factor = self._factors[kind]
        return self._factor

    async def _ask_for_code(self, kind: str) -> object:
        factor = self._factor_of(kind)
        is_sent = factor.kind.is_delivered
        answer = await self.line.proofs.challenge(self._attempt, factor) if is_sent else identity.CodeSent()
        if isinstance(answer, identity.CodeSent):
            self._attempt = replace(self._attempt, challenge=answer.challenge)
        if isinstance(answer, identity.CodeSent) and not self._attempt.decoy:
            self.codes.append(await self.device(self._role).code(kind))
            self._notes |= {"code": self.codes[-1], "by": kind}
        return answer

    def _code(self, *, is_wrong: bool) -> str:
        """The one that came, or the next number."""
        code = self.codes[-1] if self.codes else "0" * 6
        return f"{(int(code) + is_wrong) % 10 ** len(code):0{len(code)}d}"

    def _pushed(self, answer: object) -> object:
        if isinstance(answer, identity.Unusable) and self._attempt.decoy:  # the line would not poll it
            self._push = self.line.identity.unsent_push(self._attempt, self._factor)
        if isinstance(answer, Push):
            self._push = answer
            if not self._attempt.decoy:
                number = {} if answer.number is None else {"number": answer.number}
                self._notes |= {"prompt": PROMPT_LASTS, **number}
        return answer

    async def _poll(self, *, is_patient: bool) -> object:
        """Look once, or until there is an answer: what was noted belongs to the look that brings it."""
        proofs, device = self.line.proofs, self.device(self._role)
        while isinstance(polled := await proofs.poll_push(self._attempt, self._push), Waiting) and is_patient:
            await device.wait(POLL_PAUSE)
        if isinstance(polled, identity.Expired):
            self._notes["waited"] = PROMPT_LASTS
        return polled

    # ------------------------------------------------------------ the accounts API and Twilio

    async def _ask_accounts(self, word: str, phone: str) -> object:
        person = self._caller.id if isinstance(self._caller, Person) else None
        if word == "balance":
            return await self.line.accounts.standing(person or "")
        return await self.line.accounts.request_callback(
            person_id=person,
            phone=phone,
            topic="support" if person is None else "account",
            call_sid="CA" + "0" * 32,
        )

    def _ask_for_number(self, word: str) -> object:
        """Through the SDK's blocking client, as the set-up does."""
        from ivr.external import twilio_http_client
        from ivr.setup.number import TwilioAccount

        settings = self.line.settings
        account = TwilioAccount(settings, twilio_http_client)
        try:
            match word:
                case "only-one":
                    return account.number()
                case "not-owned":
                    return account.number(NOT_OWNED)
                case _:
                    found = account.number(self._phone_of(LINE))
            changes = wanted(settings.public_base or "", status_callback="")
            return account.change(found, changes) if word == "point" else found
        except NotConfiguredError as error:
            raise RecordingError(str(error)) from None
        except TwilioTroubleError as error:
            if word != "not-owned":
                raise RecordingError(str(error)) from None
            return error
