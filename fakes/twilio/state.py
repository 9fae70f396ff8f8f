"""The fake Twilio as a Python object: one account and the handsets it reaches. HTTP is in `fakes.twilio.app`."""

from collections.abc import Callable
from typing import Any

from fakes.faults import Faults
from fakes.twilio import calls, incoming, messages, numbers
from fakes.twilio.account import Account, Snapshot, new_account, restore, snapshot
from fakes.twilio.network import CallNews, Outcome, PhoneNetwork, Reply, Send, Webhook
from fakes.twilio.records import ApiKey, Call, Message, Number, Settings, Text

DEMO_AUTH_TOKEN = "fake0auth0token0not0a0secret0000"  # noqa: S105 - opens nothing but this fake
DEMO_TEST_TOKEN = "fake0test0token0not0a0secret0000"  # noqa: S105 - the same
DEMO_KEY = ApiKey("SK" + "0" * 32, "fake0key0secret0not0a0secret0000")
API_URL = "https://api.twilio.com"


class Twilio:
    """One Twilio account in memory.

    `now` gives Unix epoch seconds and is the only clock; `seed` fixes every sid. `network` is what rings and runs
    calls, `send` what sends webhooks; both can be given later with `connect`. Without a network calls stay `queued`
    until `answer`, `decline` and `hang_up` (or the control plane) move them; without a sender webhooks stay in the
    outbox.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float],
        seed: int = 0,
        account_sid: str | None = None,
        auth_token: str = DEMO_AUTH_TOKEN,
        api_keys: tuple[ApiKey, ...] = (DEMO_KEY,),
        test_token: str = DEMO_TEST_TOKEN,
        settings: Settings | None = None,
        url: str = API_URL,
    ) -> None:
        self.url = url
        """Where the API can be reached: Twilio's own address unless it is served elsewhere."""
        self.account: Account = new_account(
            now=now,
            seed=seed,
            sid=account_sid,
            auth_token=auth_token,
            api_keys=api_keys,
            test_token=test_token,
            settings=settings or Settings(),
        )

    def connect(self, network: PhoneNetwork | None, send: Send | None) -> None:
        """Put the account onto a network; the numbers it has are made known there."""
        self.account.network, self.account.send = network, send
        for number in self.account.tables.numbers.values():
            numbers.connect(self.account, number)

    @property
    def account_sid(self) -> str:
        return self.account.sid

    @property
    def auth_token(self) -> str:
        return self.account.auth_token

    @property
    def faults(self) -> Faults:
        return self.account.faults

    def now(self) -> float:
        return self.account.now()

    def advance(self, seconds: float) -> float:
        """Put this account's clock forward against the one it was given; returns the new time."""
        return self.account.clock.advance(seconds)

    # ------------------------------------------------------------ numbers and handsets

    def add_number(self, phone_number: str, **settings: Any) -> Number:
        """Give the account a number. `settings` are the fields of a `Number`, such as `voice_url`."""
        return numbers.add(self.account, phone_number, **settings)

    def texts(self, to: str) -> list[Text]:
        """The messages on a handset, newest last."""
        return messages.delivered(self.account, to)

    def text(self, sender: str, to: str, body: str) -> Message:
        """A handset texts one of the account's numbers. HandsetError when it is nobody's."""
        return incoming.receive(self.account, sender, to, body)

    def lose(self, number: str, code: int = 30003) -> None:
        """From now on no text reaches that handset; messages to it are undelivered, with this error code."""
        self.account.tables.unreachable[number] = code

    def call(self, sid: str) -> Call:
        """A call by its sid; KeyError when there is none."""
        return self.account.tables.calls[sid]

    def answer(self, sid: str) -> None:
        """The handset that the call rings picks up."""
        calls.answer(self.account, self.call(sid))

    def decline(self, sid: str, outcome: Outcome = "busy") -> None:
        calls.decline(self.account, self.call(sid), outcome)

    def hang_up(self, sid: str) -> None:
        """The person on the phone hangs up."""
        calls.hang_up(self.account, self.call(sid))

    # ------------------------------------------------------------ what the network tells

    def report(self, news: CallNews) -> None:
        """A call has got this far."""
        calls.report(self.account, news)

    def sent(self, sid: str, to: str, sender: str, body: str) -> Message:
        """A verb in a call has sent a text, whose sid it drew; its status callbacks are the call's own business."""
        return messages.send(self.account, to, sender, body, "outbound-call", sid=sid)

    def take_reply(self, webhook_id: int, reply: Reply) -> None:
        """What the application answered to a webhook."""
        incoming.take_reply(self.account, webhook_id, reply)

    @property
    def webhooks(self) -> list[Webhook]:
        """The outbox: every request to the application about messages, oldest first."""
        return list(self.account.tables.webhooks)

    def snapshot(self) -> Snapshot:
        return snapshot(self.account)

    def restore(self, earlier: Snapshot) -> None:
        """Go back to a snapshot; the numbers are made known to the network again."""
        restore(self.account, earlier)
        for number in self.account.tables.numbers.values():
            numbers.connect(self.account, number)
