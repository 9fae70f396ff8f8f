"""The WebSocket of a session: handshake, time, in this process and over real sockets. CR31 to CR34."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from starlette.websockets import WebSocket
from twilio.request_validator import RequestValidator

from simulator.applications import Endpoint
from simulator.callers.handset import Handset
from simulator.exchange.numbers import Policy
from simulator.limits import SocketLimits
from simulator.network import build_network, open_network
from simulator.operator.clock import ManualClock
from simulator.operator.masking import Mask
from simulator.operator.operator import DEFAULT_AUTH_TOKEN, Operator
from simulator.operator.relay_messages import RelayMessages
from simulator.vocabulary import RelaySaid, RelayStarted
from simulator.wires.http import HttpWire
from simulator.wires.websocket import HttpSockets
from tests.relay.agents import ALL_EVENTS, Agent, Message, calling, frames, say
from tests.simulator.feeding import CALLED, CALLER

# ---------------------------------------------------------------- handshake


async def test_cr31_the_handshake_has_the_recorded_headers() -> None:
    agent = Agent()
    async with calling(agent) as (phone, _):
        await phone.wait(1.0)

    (handshake,) = agent.handshakes
    headers = dict(handshake.headers)
    assert headers["user-agent"] == "Jetty/11.0.24"
    assert headers["accept-encoding"] == "gzip"
    assert headers["cache-control"] == headers["pragma"] == "no-cache"
    assert headers["sec-websocket-version"] == "13"
    same = "x-amzn-bedrock-agentcore-runtime-custom-twilio-signature"
    assert headers[same] == headers["x-twilio-signature"]
    assert "sec-websocket-protocol" not in headers
    assert "sec-websocket-extensions" not in headers


async def test_cr32_the_signature_is_over_the_wss_url_as_written() -> None:
    agent = Agent()
    async with calling(agent) as (phone, _):
        await phone.wait(1.0)

    validator = RequestValidator(DEFAULT_AUTH_TOKEN)
    signature = agent.handshakes[0].headers["x-twilio-signature"]
    assert validator.validate("wss://app.example/agent", {}, signature)
    assert not validator.validate("https://app.example/agent", {}, signature)


@pytest.mark.parametrize(
    ("url", "signed", "params"),
    [
        ("wss://app.example/agent/", "wss://app.example/agent/", {}),
        ("wss://app.example:443/prefix/agent", "wss://app.example:443/prefix/agent", {}),
        ("wss://app.example/agent?b=2&a=1", "wss://app.example/agent", {"a": "1", "b": "2"}),
    ],
)
def test_cr33_cr34_slash_port_and_query_in_what_is_signed(url: str, signed: str, params: dict[str, str]) -> None:
    headers = dict(RelayMessages(RelayStarted("CA1", "VX1", url, False)).headers("token"))

    assert RequestValidator("token").compute_signature(signed, params) == headers["X-Twilio-Signature"]


async def test_cr35_a_refused_socket_is_64102() -> None:
    agent = Agent(attributes='url="wss://app.example/elsewhere"')
    agent.document = agent.document.replace('url="wss://app.example/agent" ', "")
    async with calling(agent) as (phone, _):
        await phone.until(lambda: not phone.is_up)
        assert [warned.code for warned in phone.record.warnings] == [64102]

    assert agent.forms[0]["ErrorCode"] == "39001"


# ---------------------------------------------------------------- time


async def slow(socket: WebSocket, message: Message) -> None:
    """Answers after a while of real time, in two tokens."""
    if message["type"] == "prompt":
        await asyncio.sleep(0.1)
        await socket.send_json({"type": "text", "token": "I thought ", "last": False})
        await asyncio.sleep(0.1)
        await say(socket, "about it.")


async def test_virtual_time_stands_while_an_answer_is_owed() -> None:
    agent = Agent(slow, attributes="")
    async with calling(agent) as (phone, operator):
        await phone.speak("what do you think")
        began = operator.clock.now()
        assert await phone.until(lambda: phone.has_heard("I thought about it."))

        assert operator.clock.now() - began == pytest.approx(0.35 + 19 / 19, abs=0.01)


async def test_journals_of_the_same_call_are_equal_to_the_byte() -> None:
    async def journal() -> list[str]:
        agent = Agent(slow, attributes=ALL_EVENTS)
        async with calling(agent, seed=7) as (phone, operator):
            for words in ("one", "two and three"):
                await phone.speak(words)
                await phone.until(lambda: phone.has_heard("about it"))
            await phone.hang_up()
            return list(operator.journal.lines())

    assert await journal() == await journal()


async def never(socket: WebSocket, message: Message) -> None:
    """Says nothing."""


async def never_closes(socket: WebSocket, message: Message) -> None:
    """Says something and never closes its turn."""
    if message["type"] == "prompt":
        await socket.send_json({"type": "text", "token": "I am open.", "last": False})


@pytest.mark.parametrize(
    ("behave", "heard", "remark"),
    [
        (never, False, "the agent did not answer within 0.2 s"),
        (never_closes, True, "has not closed its turn for 0.2 s"),
    ],
)
async def test_an_agent_that_owes_an_answer_too_long_is_not_waited_for(behave: Any, heard: bool, remark: str) -> None:
    agent = Agent(behave, attributes="")
    async with calling(agent) as (phone, operator):
        operator.exchange.policy = Policy(sockets=SocketLimits(answer=0.2))
        await phone.speak("hello")

        assert await phone.until(lambda: phone.has_heard("I am open")) is heard
        assert remark in phone.record.warnings[-1].message


async def test_waiting_goes_on_at_real_pace_while_an_answer_is_owed() -> None:
    agent = Agent(never, attributes="")
    async with open_network(agent.app) as network:
        phone = Handset(network.operator, network.clock, network.caller, is_quick=True)
        await phone.dial(network.called)
        await phone.speak("hello")
        began, real = network.clock.now(), asyncio.get_running_loop().time()
        await phone.wait(0.4)

        assert network.clock.now() - began == pytest.approx(0.4)
        assert 0.3 < asyncio.get_running_loop().time() - real < 5.0
        await phone.hang_up()


async def test_the_caller_may_speak_again_before_the_agent_has_answered() -> None:
    agent = Agent(never, attributes="")
    async with open_network(agent.app) as network:
        phone = Handset(network.operator, network.clock, network.caller, is_quick=True)
        await phone.dial(network.called)
        await phone.speak("hello")
        await phone.speak("you")
        await phone.hang_up()
        await phone.settle()

    assert [message["voicePrompt"] for message in agent.of("prompt")] == ["hello", "you"]


async def test_typed_keys_are_masked() -> None:
    agent = Agent(never, attributes='dtmfDetection="true"')
    async with open_network(agent.app) as network:
        phone = Handset(network.operator, network.clock, network.caller, is_quick=True)
        await phone.dial(network.called)
        await phone.press("4711")
        await phone.hang_up()
        await phone.settle()
        told = "\n".join(network.operator.journal.lines(Mask()))

    assert [message["digit"] for message in agent.of("dtmf")] == ["4", "7", "1", "1"]
    assert '"key":"4"' not in told
    assert '\\"digit\\":\\"4\\"' not in told


# ---------------------------------------------------------------- over real sockets


class Server:
    """The echo agent with a library of its own, on loopback."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.handshake: dict[str, str] = {}
        self.close: tuple[int | None, str] | None = None
        self.app = web.Application()
        self.app.add_routes([web.post("/voice", self._voice), web.get("/agent", self._agent)])
        self.app.add_routes([web.post("/after", self._after)])

    async def _voice(self, request: web.Request) -> web.Response:
        relay = f'<ConversationRelay url="wss://{request.host}/agent?who=me" {ALL_EVENTS}/>'
        document = f'<Response><Connect action="/after">{relay}</Connect></Response>'
        return web.Response(text=document, content_type="text/xml")

    async def _after(self, request: web.Request) -> web.Response:
        return web.Response(text="<Response><Say>after</Say></Response>", content_type="text/xml")

    async def _agent(self, request: web.Request) -> web.WebSocketResponse:
        self.handshake = dict(request.headers) | {"url": f"wss://{request.host}{request.path}"}
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            message = json.loads(frame.data)
            self.messages.append(message)
            if message["type"] == "prompt" and message["last"] and "bye" in message["voicePrompt"]:
                await socket.send_json({"type": "end"})
            elif message["type"] == "prompt" and message["last"]:
                await asyncio.sleep(0.05)
                await socket.send_json({"type": "text", "token": f"You said {message['voicePrompt']}.", "last": True})
        self.close = (socket.close_code, "")
        return socket


@asynccontextmanager
async def served(server: Server) -> AsyncIterator[tuple[Handset, Operator]]:
    runner = web.AppRunner(server.app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        async with HttpWire() as wire, HttpSockets() as sockets:
            clock = ManualClock()
            operator = build_network(Endpoint(f"http://{host}:{port}/voice", wire, sockets), clock).operator
            phone = Handset(operator, clock, CALLER)
            await phone.dial(CALLED)
            yield phone, operator
            await phone.hang_up()
    finally:
        await runner.cleanup()


async def test_a_session_over_real_sockets() -> None:
    server = Server()
    async with served(server) as (phone, operator):
        await phone.speak("good morning")
        assert await phone.until(lambda: phone.has_heard("you said good morning"))
        await phone.speak("bye")
        assert await phone.until(lambda: phone.has_heard("after"))
        said = [entry.item for entry in operator.journal.entries if isinstance(entry.item, RelaySaid)]

    assert server.close == (1000, "")
    assert said[0].latency >= 0.05
    assert server.handshake["User-Agent"] == "Jetty/11.0.24"
    assert "Sec-WebSocket-Extensions" not in server.handshake
    validator = RequestValidator(DEFAULT_AUTH_TOKEN)
    assert validator.validate(server.handshake["url"], {"who": "me"}, server.handshake["X-Twilio-Signature"])
    assert [each["voicePrompt"] for each in server.messages if each.get("last")] == ["good morning", "bye"]


async def test_in_this_process_latencies_do_not_matter_and_everything_travels_in_order() -> None:
    agent = Agent(attributes=ALL_EVENTS)
    async with calling(agent) as (phone, operator):
        await phone.speak("hi")
        await phone.until(lambda: phone.has_heard("you said hi"))
        travelled = frames(operator.journal.entries)
        said = [entry.item for entry in operator.journal.entries if isinstance(entry.item, RelaySaid)]

    assert [each.latency for each in said] == [0.0]
    shown = [f"{way} {message['type']}" for way, message in travelled if message["type"] != "info"]
    assert shown == ["> setup", "> prompt", "> prompt", "< text"]
