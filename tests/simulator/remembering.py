"""A wire that answers by path and keeps every request, and a phone on it."""

from collections.abc import Callable
from urllib.parse import parse_qs, parse_qsl, urlsplit

from simulator.applications import Endpoint
from simulator.callers.handset import Handset
from simulator.exchange.numbers import Number, nowhere
from simulator.network import build_network
from simulator.operator.clock import ManualClock
from simulator.wires.wire import Wire, WireError, WireReply, WireRequest
from tests.simulator.feeding import CALLED, CALLER

TOKEN = "secret-of-the-account"
Answer = WireReply | WireError | Callable[[WireRequest], WireReply]


def twiml(document: str, *headers: tuple[str, str], latency: float = 0.0) -> WireReply:
    return WireReply(
        200, [("Content-Type", "text/xml"), *headers], f"<Response>{document}</Response>".encode(), latency
    )


def status(code: int, *headers: tuple[str, str], latency: float = 0.0) -> WireReply:
    return WireReply(code, headers, b"", latency)


class Recorder:
    """Answers every path with its answers in turn, the last one for ever."""

    def __init__(self, **answers: Answer | list[Answer]) -> None:
        self._answers = {path: answer if isinstance(answer, list) else [answer] for path, answer in answers.items()}
        self.requests: list[WireRequest] = []

    async def send(self, request: WireRequest) -> WireReply:
        self.requests.append(request)
        answers = self._answers[urlsplit(request.url).path.strip("/")]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, WireError):
            raise answer
        return answer(request) if callable(answer) else answer

    def headers(self, position: int = -1) -> dict[str, str]:
        return dict(self.requests[position].headers)

    def all(self, header: str) -> list[str | None]:
        """One header of every request."""
        return [self.headers(position).get(header) for position in range(len(self.requests))]

    def query(self, position: int = -1) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.requests[position].url).query, keep_blank_values=True)

    def form(self, position: int = -1) -> dict[str, str]:
        return dict(parse_qsl(self.requests[position].body.decode(), keep_blank_values=True))


def phone_on(wire: Wire, number: Number | str) -> Handset:
    """`number`: its voice URL, or all its settings."""
    number = number if isinstance(number, Number) else Number(CALLED, number)
    clock = ManualClock()
    network = build_network(Endpoint(number.voice_url, wire), clock, number, seed=7, auth_token=TOKEN, locate=nowhere)
    return Handset(network.operator, clock, CALLER)


async def codes_of_a_call(wire: Wire, number: Number | str) -> list[int]:
    """Twilio's codes that the debugger would show for a call's first document."""
    phone = phone_on(wire, number)
    await phone.dial(CALLED)
    return [warned.code for warned in phone.record.warnings if warned.code]
