"""A session by feeding events: the test is the agent, and time moves only here."""

import json
from typing import Any

from simulator.vocabulary import RelaySaid, RelaySent, RelayStarted, RelayStopped, StreamOpened
from tests.simulator.feeding import FedCall, call

Message = dict[str, Any]  # JSON
ALL = (
    'partialPrompts="true" dtmfDetection="true" interruptible="any" reportInputDuringAgentSpeech="any" '
    'events="speaker-events tokens-played"'
)
"""The settings of the recorded calls."""


class FedSession:
    """A call in a session; `attributes` are those of ConversationRelay."""

    def __init__(
        self,
        attributes: str = ALL,
        *,
        inside: str = "",
        connect: str = ' action="/after"',
        after: str = "",
        **options: Any,
    ) -> None:  # options of FedCall
        self.call: FedCall = call(
            f'<Connect{connect}><ConversationRelay url="wss://app.example/agent" {attributes}>{inside}'
            f"</ConversationRelay></Connect>{after}",
            **options,
        )
        self._seen = 0

    @property
    def stream(self) -> str:
        return self.call.of(RelayStarted)[-1].stream

    def open(self) -> "FedSession":
        """The application accepts the WebSocket."""
        self.call.wait(0.7)
        self.call.feed(StreamOpened(self.stream))
        return self

    def send(self, text: str, latency: float = 0.0, *, is_text: bool = True) -> None:
        """The agent sends a frame as it stands."""
        self.call.feed(RelaySaid(self.stream, text, latency, is_text))

    def text(self, token: str, *, last: bool = True, **more: Any) -> None:  # JSON's own types
        self.send(json.dumps({"type": "text", "token": token, "last": last, **more}))

    def message(self, kind: str, **fields: Any) -> None:  # JSON's own types
        self.send(json.dumps({"type": kind, **fields}))

    @property
    def sent(self) -> list[Message]:
        """What the application has been sent."""
        return [json.loads(each.text) for each in self.call.of(RelaySent)]

    def of(self, kind: str) -> list[Message]:
        return [message for message in self.sent if message["type"] == kind]

    def infos(self, name: str) -> list[str]:
        return [message["value"] for message in self.of("info") if message["name"] == name]

    def news(self) -> list[str]:
        """What has been sent since this was asked last, in short."""
        new = self.sent[self._seen :]
        self._seen += len(new)
        return [_short(message) for message in new]

    @property
    def closed(self) -> tuple[int, str]:
        stopped = self.call.of(RelayStopped)[-1]
        return stopped.code, stopped.reason


def _short(message: Message) -> str:
    match message["type"]:
        case "info":
            return f"{message['name']} {message['value']}"
        case "prompt":
            return f"prompt {message['voicePrompt']}{'.' if message['last'] else '…'}"
        case "interrupt":
            return f"interrupt {message['utteranceUntilInterrupt']}"
        case "dtmf":
            return f"dtmf {message['digit']}"
        case kind:
            return str(kind)
