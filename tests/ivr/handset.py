"""A telephone for tests of the line alone: it posts what Twilio posts and reads the answer; no timing, no barge-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree import ElementTree

from quart import Quart

from fakes.accounts.state import Accounts
from fakes.doors import InProcessSession
from fakes.okta import users
from fakes.okta.state import Okta
from fakes.request_log import RequestLog
from ivr.line import Line

JANE, JON, MAX, LEA = "+17735551234", "+17735555678", "+14155550143", "+12125550177"
STRANGER = "+16175550199"
NOON = 1_795_521_600.0  # 2026-11-24 12:00 UTC


def sid(number: int) -> str:
    """A well-formed CallSid."""
    return f"CA{number:032x}"


@dataclass
class Clock:
    """Time stands still unless a test moves it; `waited` is the real time that services and pauses would have taken."""

    at: float = NOON
    waited: float = 0.0

    def __call__(self) -> float:
        return self.at

    def real(self) -> float:
        return self.waited

    async def sleep(self, seconds: float) -> None:
        self.waited += seconds


def parameters(call_sid: str, phone: str, **more: str) -> dict[str, str]:
    """The standard parameters of a voice webhook, empty ones included."""
    place = {"City": "CHICAGO", "State": "IL", "Zip": "60601", "Country": "US"} if phone.startswith("+1773") else {}
    geography = {
        f"{who}{what}": place.get(what, "") if who in ("From", "Caller") else ""
        for who in ("From", "Caller", "To", "Called")
        for what in ("City", "State", "Zip", "Country")
    }
    return {
        "CallSid": call_sid,
        "AccountSid": "AC" + "0" * 32,
        "ApiVersion": "2010-04-01",
        "CallStatus": "in-progress",
        "Direction": "inbound",
        "From": phone,
        "Caller": phone,
        "To": "+12075551234",
        "Called": "+12075551234",
        **geography,
        **more,
    }


@dataclass(frozen=True)
class Reply:
    """One TwiML answer."""

    status: int
    content_type: str
    text: str

    @property
    def root(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.text)

    @property
    def said(self) -> str:
        """What a silent caller hears of this document, reprompts included."""
        return " ".join(say.text or "" for say in self.root.iter("Say"))

    @property
    def action(self) -> str | None:
        gather = self.root.find("Gather")
        return None if gather is None else gather.get("action")

    @property
    def redirect(self) -> str | None:
        return self.root.findtext("Redirect")

    @property
    def hangs_up(self) -> bool:
        """The call ends here for a caller who does nothing."""
        return self.root.find("Hangup") is not None

    @property
    def is_over(self) -> bool:
        return self.hangs_up and self.action is None


@dataclass
class Handset:
    """One call. `said` is everything spoken so far, `path` the pages that were asked for."""

    app: Quart
    phone: str = JANE
    call_sid: str = field(default_factory=lambda: sid(1))
    said: str = ""
    reply: Reply | None = None
    paths: list[str] = field(default_factory=list)

    async def post(self, path: str, **more: str) -> Reply:
        """One webhook; its answer becomes where the call is."""
        return await self.deliver(path, None, **more)

    async def deliver(self, path: str, token: str | None, **more: str) -> Reply:
        """The same with Twilio's idempotency token; a repeated delivery is one with the same token."""
        form = parameters(self.call_sid, self.phone, **more)
        headers = {} if token is None else {"I-Twilio-Idempotency-Token": token}
        response = await self.app.test_client().post(path, form=form, headers=headers)
        self.paths.append(path)
        self.reply = Reply(response.status_code, response.mimetype or "", str(await response.get_data(as_text=True)))
        assert self.reply.status == 200, self.reply
        self.said += " " + self.reply.said
        return self.reply

    async def dial(self) -> Reply:
        """Call the line."""
        return await self._settled(await self.post("/ivr/welcome"))

    async def press(self, keys: str) -> Reply:
        """Press keys at the question that is open."""
        assert self.reply is not None
        assert self.reply.action is not None, f"nothing listens: {self.reply.text}"
        return await self._settled(await self.post(self.reply.action, Digits=keys))

    async def wait(self) -> Reply:
        """Stay silent until the document sends the call on."""
        assert self.reply is not None
        assert self.reply.redirect is not None, f"nothing follows: {self.reply.text}"
        return await self._settled(await self.post(self.reply.redirect))

    async def reach(self, *keys: str) -> Reply:
        """Dial, then press one thing after the other."""
        reply = await self.dial()
        for each in keys:
            reply = await self.press(each)
        return reply

    async def _settled(self, reply: Reply) -> Reply:
        """Follow documents that only speak and send on; those that pause or listen are where a caller acts."""
        while reply.redirect and reply.action is None and reply.root.find("Pause") is None:
            reply = await self.post(reply.redirect)
        return reply


@dataclass
class World:
    """A line and what it stands on."""

    line: Line
    app: Quart
    clock: Clock
    okta: Okta
    accounts: Accounts
    session: InProcessSession
    asked: RequestLog

    def handset(self, phone: str = JANE, number: int = 1) -> Handset:
        """A telephone with this number."""
        return Handset(self.app, phone=phone, call_sid=sid(number))

    def code(self, phone: str = JANE) -> str:
        """The newest code delivered to a number."""
        return str(self.okta.texts(phone)[-1].code)

    def change_profile(self, person_id: str, **profile: str) -> None:
        """What an administrator of the org does to a user."""
        users.update(self.okta.org, users.find(self.okta.org, person_id), profile, whole=False)

    def set_status(self, person_id: str, status: str) -> None:
        """Put a user into a status, however they got there."""
        users.set_status(self.okta.org, users.find(self.okta.org, person_id), status)
