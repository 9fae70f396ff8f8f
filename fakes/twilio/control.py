"""The control plane under `/_fake/`: handsets, clock, faults and reset over HTTP. Twilio has nothing like it."""

from collections.abc import Mapping
from typing import Any, get_args

from fakes.control import Action, ClockAndFaults, ControlRequest, answered
from fakes.twilio import calls, incoming, messages, numbers, phones
from fakes.twilio.account import Account, restore, snapshot
from fakes.twilio.incoming import HandsetError
from fakes.twilio.lists import rfc2822
from fakes.twilio.network import Outcome, Webhook
from fakes.twilio.records import Call, Text
from fakes.web import Request, Response, Route, Router, json_response


class Control:
    """Answers `/_fake/…` for one account. `reset` goes back to the moment this was made."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._start = snapshot(account)
        self._router: Router[Action] = Router(
            (
                Route("POST", "/_fake/reset", self._reset),
                Route("GET", "/_fake/sms", self._sms),
                Route("POST", "/_fake/sms", self._text),
                Route("POST", "/_fake/handsets/{number}", self._handset),
                Route("GET", "/_fake/calls", self._ringing),
                Route("POST", "/_fake/calls/{CallSid}/{act}", self._act),
                Route("GET", "/_fake/webhooks", self._webhooks),
                *ClockAndFaults(self._account.clock, self._account.faults, rfc2822).routes,
                Route("GET", "/_fake/state", self._state),
            )
        )

    @property
    def routes(self) -> tuple[Route[Action], ...]:
        return self._router.routes

    def answer(self, request: Request) -> Response:
        return answered(self._router, request, {HandsetError: 404})

    def _reset(self, _: ControlRequest) -> Response:
        restore(self._account, self._start)
        self._account.faults.clear()
        for number in self._account.tables.numbers.values():
            numbers.connect(self._account, number)
        return Response(204)

    def _sms(self, asked: ControlRequest) -> Response:
        to = asked.query.get("to")
        if to is None:
            found = self._account.tables.texts
        else:
            found = messages.delivered(self._account, f"+{to[1:]}" if to.startswith(" ") else to)
        return json_response([_text(text) for text in found])

    def _text(self, asked: ControlRequest) -> Response:
        """A handset texts a number: `{"from": "+1…", "to": "+1…", "body": "…"}`."""
        sender, to, body = (asked.document.get(name) for name in ("from", "to", "body"))
        if not (isinstance(sender, str) and isinstance(to, str) and isinstance(body, str)):
            raise ValueError("a text has from, to and body, which are strings")
        return json_response({"sid": incoming.receive(self._account, sender, to, body).sid}, 201)

    def _handset(self, asked: ControlRequest) -> Response:
        """`{"reachable": false, "code": 30003}`: no text reaches it; `{"reachable": true}`: again."""
        number = phones.normalized(asked.values["number"])
        if number is None:
            raise ValueError(f"{asked.values['number']} is not a phone number")
        reachable, code = asked.document.get("reachable"), asked.document.get("code", 30003)
        is_code = isinstance(code, int) and not isinstance(code, bool) and 0 < code < 10**6
        if not isinstance(reachable, bool) or not is_code:
            raise ValueError("reachable is true or false, code a whole number of at most six digits")
        if reachable:
            self._account.tables.unreachable.pop(number, None)
        else:
            self._account.tables.unreachable[number] = code
        return Response(204)

    def _ringing(self, asked: ControlRequest) -> Response:
        """Calls that are not over, by `to` if it is given."""
        to = asked.query.get("to", "")
        to = f"+{to[1:]}" if to.startswith(" ") else to
        live = [each for each in self._account.tables.calls.values() if each.is_live and to in ("", each.to)]
        return json_response([_call(each) for each in live])

    def _act(self, asked: ControlRequest) -> Response:
        """The handset answers, declines (`{"outcome": "busy"}`) or hangs up."""
        call = self._account.tables.calls.get(asked.values["CallSid"])
        if call is None or not call.is_live:
            raise HandsetError(f"there is no live call {asked.values['CallSid']}")
        act, is_up = asked.values["act"], call.status == "in-progress"
        if act not in ("answer", "decline", "hangup"):
            raise ValueError(f"a handset can answer, decline or hangup, not {act}")
        if is_up and act != "hangup":
            raise ValueError("the call has been answered already")
        if act == "answer":
            calls.answer(self._account, call)
        elif act == "decline":
            calls.decline(self._account, call, _outcome(asked.document))
        else:
            calls.hang_up(self._account, call)
        return json_response(_call(self._account.tables.calls[call.sid]))

    def _webhooks(self, _: ControlRequest) -> Response:
        return json_response([_webhook(each) for each in self._account.tables.webhooks])

    def _state(self, _: ControlRequest) -> Response:
        """What the account holds, without tokens and without what messages say."""
        tables = self._account.tables
        return json_response(
            {
                "account": self._account.sid,
                "now": self._account.now(),
                "has_network": self._account.network is not None,
                "numbers": [
                    {"sid": each.sid, "phone_number": each.phone_number, "voice_url": each.voice_url}
                    for each in tables.numbers.values()
                ],
                "applications": [
                    {"sid": each.sid, "friendly_name": each.friendly_name} for each in tables.applications.values()
                ],
                "calls": [_call(each) for each in tables.calls.values()],
                "messages": [
                    {"sid": each.sid, "to": each.to, "from": each.sender, "status": each.status}
                    for each in tables.messages.values()
                ],
                "webhooks": len(tables.webhooks),
            }
        )


def _text(text: Text) -> dict[str, object]:
    return {"to": text.to, "from": text.sender, "body": text.body, "at": text.at, "sid": text.sid}


def _call(call: Call) -> dict[str, object]:
    return {
        "sid": call.sid,
        "to": call.to,
        "from": call.caller,
        "direction": call.direction,
        "status": call.status,
    }


def _webhook(webhook: Webhook) -> dict[str, object]:
    return {"id": webhook.id, "method": webhook.method, "url": webhook.url, "params": dict(webhook.params)}


def _outcome(document: Mapping[str, Any]) -> Outcome:
    given = document.get("outcome", "busy")
    if given not in get_args(Outcome):
        raise ValueError(f"outcome is one of {', '.join(get_args(Outcome))}")
    outcome: Outcome = given
    return outcome
