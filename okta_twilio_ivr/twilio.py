"""The fake Twilio account on the simulated network: its calls ring handsets of the exchange, its numbers lead there.

What the exchange does is read off the operator's journal; webhooks about messages go out through the operator, signed
as Twilio signs voice webhooks.
"""

from collections.abc import Mapping, Sequence
from typing import assert_never

from fakes.twilio.network import (
    CallChange,
    CallNews,
    Direction,
    Outcome,
    OutgoingCall,
    Recording,
    Reply,
    VoiceRoute,
    Webhook,
)
from fakes.twilio.state import Twilio
from simulator.exchange.numbers import Number
from simulator.geography import locate
from simulator.operator.journal import Entry
from simulator.operator.operator import Operator
from simulator.verbs.script import Goto, Inline, Outgoing, StatusCallback
from simulator.vocabulary import (
    Answered,
    Ask,
    Connected,
    Declined,
    Ended,
    HungUp,
    Rang,
    Recorded,
    Replied,
    Ring,
    Sent,
    Tell,
    Unreachable,
    Updated,
)


def open_twilio(operator: Operator, *, auth_token: str, seed: int = 0) -> Twilio:
    """The account that owns the exchange, on the operator's clock. Its numbers are added with `add_number`."""
    twilio = Twilio(now=operator.clock.now, seed=seed, account_sid=operator.exchange.account, auth_token=auth_token)
    connect(twilio, operator)
    return twilio


def connect(twilio: Twilio, operator: Operator) -> None:
    """Put an account onto the exchange whose sid it has: what it orders happens there, what happens there it knows."""
    network = ExchangeNetwork(operator, twilio)
    twilio.connect(network, network.send)


class ExchangeNetwork:
    """What a Twilio account needs of a network (`fakes.twilio.network.PhoneNetwork`), done by the exchange."""

    def __init__(self, operator: Operator, twilio: Twilio) -> None:
        self._operator = operator
        self._twilio = twilio
        self._asked: dict[int, int] = {}
        self._recordings: dict[str, Recording] = {}
        operator.journal.listen(self._hear)

    # ------------------------------------------------------------ what the account asks for

    def place(self, call: OutgoingCall) -> str:
        first = Goto(call.url, call.method) if call.url is not None else Inline(call.twiml or "")
        told = call.status_callback
        callback = None if told is None else StatusCallback(told.url, told.method, told.events)
        return self._operator.place_outgoing(
            Outgoing(call.called, call.caller, float(call.timeout), first, callback),
            fallback_url=call.fallback_url,
            fallback_method=call.fallback_method,
            extra=dict(call.extra),
        )

    def change(self, sid: str, change: CallChange) -> None:
        self._operator.receive(sid, Updated(change.url, change.method, change.twiml, change.status))

    def answer(self, sid: str) -> None:
        self._operator.receive(sid, Answered())

    def decline(self, sid: str, outcome: Outcome) -> None:
        self._operator.receive(sid, Declined(outcome))

    def hang_up(self, sid: str) -> None:
        self._operator.receive(sid, HungUp())

    def configure(self, route: VoiceRoute) -> None:
        self._operator.exchange.own(
            Number(
                route.number,
                route.url,
                route.method,
                route.fallback_url,
                route.fallback_method,
                route.status_callback,
                route.status_callback_method,
            )
        )

    def whereabouts(self, number: str) -> Mapping[str, str]:
        place = locate(number)
        return {"City": place.city, "State": place.state, "Zip": place.zip, "Country": place.country}

    def recordings(self) -> Sequence[Recording]:
        return tuple(self._recordings.values())

    def sound(self, recording_sid: str) -> bytes | None:
        return self._operator.recordings.wav(recording_sid)

    def send(self, webhook: Webhook) -> None:
        """A webhook whose answer matters is an Ask, whose reply the journal brings; any other a Tell."""
        if not webhook.answer:
            self._operator.request(Tell(webhook.sid, webhook.method, webhook.url, webhook.params))
            return
        request = self._operator.exchange.next_request()
        self._asked[request] = webhook.id
        self._operator.request(Ask(webhook.sid, request, webhook.method, webhook.url, webhook.params))

    # ------------------------------------------------------------ what the network does

    def _hear(self, entry: Entry) -> None:
        match entry.item:
            case Rang(sid, caller, called):
                self._twilio.report(CallNews(sid, "ringing", caller, called, "inbound"))
            case Ring(sid, caller, called, parent):
                direction: Direction = "outbound-api" if parent is None else "outbound-dial"
                self._twilio.report(CallNews(sid, "ringing", caller, called, direction, parent))
            case Connected(sid):
                self._twilio.report(CallNews(sid, "in-progress"))
            case Ended(sid, status, _, seconds):
                self._twilio.report(CallNews(sid, status, seconds=seconds))
            case Recorded() as recorded:
                self._recordings[recorded.recording] = _recording(recorded, ended=entry.at)
            case Sent(_, message, sender, to, body):
                self._twilio.sent(message, to, sender, body)
            case Replied() | Unreachable() as answer if answer.request in self._asked:
                self._twilio.take_reply(self._asked.pop(answer.request), _reply(answer))
            case _:
                return


def _recording(recorded: Recorded, *, ended: float) -> Recording:
    return Recording(
        recorded.recording,
        recorded.sid,
        started=recorded.began,
        ended=ended,
        seconds=int(recorded.seconds + 0.5),
        channels=recorded.channels,
        source=recorded.source,
        track=recorded.track or None,
    )


def _reply(answer: Replied | Unreachable) -> Reply:
    match answer:
        case Replied():
            return Reply(answer.status, answer.content_type or "", answer.body)
        case Unreachable():
            return Reply(0)
        case _:
            assert_never(answer)
