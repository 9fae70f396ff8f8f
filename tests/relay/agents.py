"""Agents for tests of ConversationRelay: small ASGI applications, and a line that calls them in process."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from simulator.callers.handset import Handset
from simulator.network import open_network
from simulator.operator.journal import Entry
from simulator.operator.operator import Operator
from simulator.vocabulary import RelaySaid, RelaySent, RelayStopped

Message = dict[str, Any]  # JSON
Behave = Callable[[WebSocket, Message], Awaitable[None]]
ALL_EVENTS = 'partialPrompts="true" events="speaker-events tokens-played"'
GREETED = 'welcomeGreeting="Welcome to the echo." dtmfDetection="true"'


async def say(socket: WebSocket, words: str, **more: Any) -> None:  # JSON's own types
    await socket.send_json({"type": "text", "token": words, "last": True, **more})


async def echo(socket: WebSocket, message: Message) -> None:
    """The agent of ten lines: repeats words and keys, and ends when it is told to."""
    if message["type"] == "dtmf":
        await say(socket, f"You pressed {message['digit']}.")
    elif message["type"] == "prompt" and message["last"]:
        if "bye" in message["voicePrompt"]:
            await socket.send_json({"type": "end", "handoffData": json.dumps({"why": "bye"})})
        else:
            await say(socket, f"You said {message['voicePrompt']}.")


class Agent:
    """An application with a document at /voice, an agent at /agent and a document at /after."""

    def __init__(
        self, behave: Behave = echo, *, attributes: str = GREETED, inside: str = "", action: str = "/after"
    ) -> None:
        self._behave = behave
        self.document = (
            f"<Response><Connect{f' action={action!r}' if action else ''}>"
            f'<ConversationRelay url="wss://app.example/agent" {attributes}>{inside}</ConversationRelay>'
            "</Connect><Say>next verb</Say></Response>"
        ).replace("'", '"')
        self.messages: list[Message] = []
        self.handshakes: list[WebSocket] = []
        self.forms: list[dict[str, str]] = []
        self.closings: list[tuple[int, str]] = []
        self.app = Starlette(
            routes=[
                Route("/voice", self._voice, methods=["POST"]),
                Route("/after", self._after, methods=["POST"]),
                WebSocketRoute("/agent", self._talk),
            ]
        )

    async def _voice(self, request: Request) -> Response:
        return Response(self.document, media_type="text/xml")

    async def _after(self, request: Request) -> Response:
        self.forms.append({name: str(value) for name, value in (await request.form()).items()})
        return Response("<Response><Say>You are with a person now.</Say></Response>", media_type="text/xml")

    async def _talk(self, socket: WebSocket) -> None:
        self.handshakes.append(socket)
        await socket.accept()
        try:
            while True:
                self.messages.append(json.loads(await socket.receive_text()))
                await self._behave(socket, self.messages[-1])
        except WebSocketDisconnect as end:
            self.closings.append((end.code, end.reason or ""))

    def of(self, kind: str) -> list[Message]:
        return [message for message in self.messages if message["type"] == kind]

    @property
    def kinds(self) -> list[str]:
        """The types of what came, with the names of infos."""
        return [f"{each['name']} {each['value']}" if each["type"] == "info" else each["type"] for each in self.messages]


@asynccontextmanager
async def calling(agent: Agent, **options: Any) -> AsyncIterator[tuple[Handset, Operator]]:  # those of open_network
    async with open_network(agent.app, **options) as network:
        phone = Handset(network.operator, network.clock, network.caller)
        await phone.dial(network.called)
        yield phone, network.operator
        await phone.hang_up()


def frames(entries: list[Entry]) -> list[tuple[str, Message]]:
    """What travelled, in order: `>` to the agent, `<` from it."""
    found: list[tuple[str, Message]] = []
    for entry in entries:
        if isinstance(entry.item, RelaySent | RelaySaid):
            found.append((">" if isinstance(entry.item, RelaySent) else "<", json.loads(entry.item.text)))
        elif isinstance(entry.item, RelayStopped):
            found.append((">", {"type": "close", "code": entry.item.code, "reason": entry.item.reason}))
    return found
