"""Ten defects that lines have, put into copies of the demo's by middleware; the line itself is left as it is."""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from okta_twilio_ivr.replays import replayed_demo
from simulator.explorer.plan import Bounds
from simulator.network import OpenNetwork
from simulator.wires.asgi_exchange import AsgiApplication

Message = MutableMapping[str, Any]  # ASGI's own type


@dataclass(slots=True)
class Reply:
    """What the line answered to a webhook, to be spoiled. `seconds` is how long it took."""

    path: str
    keys: str | None
    status: int
    text: str
    seconds: float = 0.0

    def is_to(self, path: str, *keys: str | None) -> bool:
        """It answers this page, asked with one of these keys; None: with none."""
        return self.path == path and (not keys or self.keys in keys)


Spoil = Callable[[Reply], None]


@dataclass(frozen=True, slots=True)
class Defect:
    """What is spoiled, and what of an exploration within these bounds has to name it."""

    spoil: Spoil
    rule: str
    finding: str
    bounds: Bounds = field(default_factory=lambda: Bounds(depth=2, revisits=1, faults=0))
    same: str = "words"

    def open(self) -> OpenNetwork:
        """A copy of the demo with the defect; its answers take as long as they say."""
        watch = Watch()
        return replayed_demo(lambda application: spoiled(application, self.spoil, watch), stopwatch=watch)


class Watch:
    """A stopwatch that only a slow answer moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def spoiled(application: AsgiApplication, spoil: Spoil, watch: Watch) -> AsgiApplication:
    """The application, with every answer in the hands of `spoil` before it goes out."""

    async def around(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        request: Message = await receive()
        coming = [request]
        answer: list[Message] = []

        async def again() -> Message:
            return coming.pop() if coming else await receive()  # the second time it waits for the caller to leave

        async def keep(message: Message) -> None:
            answer.append(message)

        await application(scope, again, keep)
        params = dict(parse_qsl(request["body"].decode()))
        body = b"".join(part.get("body", b"") for part in answer[1:]).decode()
        reply = Reply(scope["path"], params.get("Digits"), answer[0]["status"], body)
        spoil(reply)
        watch.now += reply.seconds
        headers = [(b"content-type", b"text/xml" if reply.status == 200 else b"text/plain")]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.text.encode()})

    return around


def document(*verbs: str) -> str:
    """A TwiML document of these verbs."""
    return f"<Response>{''.join(verbs)}</Response>"


def _no_input_branch_dropped(reply: Reply) -> None:
    if reply.is_to("/ivr/welcome"):
        reply.text = reply.text.partition("</Gather>")[0] + "</Gather></Response>"


def _redirect_loop(reply: Reply) -> None:
    if reply.is_to("/ivr/menu", "2", None):
        reply.text = document("<Redirect>/ivr/menu</Redirect>")


def _route_unguarded(reply: Reply) -> None:
    if reply.is_to("/ivr/menu", "2"):
        reply.text = document("<Redirect>/ivr/account_welcome</Redirect>")
    if reply.is_to("/ivr/account_welcome"):
        reply.text = document("<Say>Your balance is 142 dollars.</Say>", "<Hangup/>")


def _key_unannounced(reply: Reply) -> None:
    if reply.is_to("/ivr/menu", "9"):
        reply.text = document("<Say>Hello, engineer.</Say>", "<Hangup/>")


def _error_on_an_odd_key(reply: Reply) -> None:
    if reply.is_to("/ivr/menu", "7"):
        reply.status, reply.text = 500, "KeyError: '7'"


def _action_wrong(reply: Reply) -> None:
    if reply.is_to("/ivr/welcome"):
        reply.text = reply.text.replace('action="/ivr/menu"', 'action="/ivr/manu"')


def _hangup_missing(reply: Reply) -> None:
    if reply.is_to("/ivr/menu", "2", None):
        reply.text = document("<Say>Goodbye.</Say>", "<Redirect>/ivr/menu</Redirect>")


def _attempt_cap_removed(reply: Reply) -> None:
    if reply.is_to("/ivr/verify_sms") and ("too many attempts" in reply.text or "call is over" in reply.text):
        gather = '<Gather numDigits="6" finishOnKey="#" timeout="15" action="/ivr/verify_sms">'
        reply.text = document(gather, "<Say>That code is not right. Please try again.</Say>", "</Gather>",
                              "<Say>Goodbye.</Say>", "<Hangup/>")  # fmt: skip


def _twiml_typo(reply: Reply) -> None:
    if reply.is_to("/ivr/menu", "1"):
        reply.text = reply.text.replace(" voice=", " voce=")


def _slow_webhook(reply: Reply) -> None:
    if reply.is_to("/ivr/menu", "1"):
        reply.seconds = 9.0


DEFECTS: Mapping[str, Defect] = {
    "dropped no-input branch": Defect(_no_input_branch_dropped, "no-input", "no-input:/ivr/welcome"),
    "redirect loop": Defect(_redirect_loop, "loop", "loop:/ivr/menu"),
    "unguarded route": Defect(_route_unguarded, "unguarded", "unguarded:/ivr/account_welcome"),
    "unannounced key": Defect(_key_unannounced, "unannounced", "unannounced:/ivr/welcome:9"),
    "500 on an odd key": Defect(_error_on_an_odd_key, "application-error", "application-error:/ivr/menu:11200"),
    "wrong action URL": Defect(_action_wrong, "application-error", "application-error:/ivr/manu:11200"),
    "missing Hangup": Defect(_hangup_missing, "loop", "loop:/ivr/menu"),
    "attempt cap removed": Defect(
        _attempt_cap_removed, "attempts", "attempts:/ivr/verify_sms", Bounds(depth=8, revisits=3, faults=0), "verbs"
    ),
    "TwiML typo": Defect(_twiml_typo, "debugger", "debugger:12200:/ivr/menu"),
    "slow webhook": Defect(_slow_webhook, "slow", "slow:/ivr/menu"),
}
