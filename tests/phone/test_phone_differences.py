"""Where the simulator is not Twilio, the conversation says so: when a call comes to that place, once, and only then."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from simulator.applications import Endpoint
from simulator.exchange.numbers import Number, nowhere
from simulator.network import Network, build_network
from simulator.operator.clock import Clock
from simulator.phone.model.calls import PhoneCall
from simulator.phone.model.differences import DIFFERENCES, Difference
from simulator.phone.model.session import PhoneSession
from simulator.timeline.conversation import Note
from simulator.vocabulary import HungUp, Pressed, Talked
from simulator.wires.wire import WireReply, WireRequest
from tests.docs.test_twiml_table import rows
from tests.phone.bank import ANN, LINE, Branch
from tests.phone.visitor import Tick, clock_at_start, visiting

XML = (("content-type", "text/xml"),)
RECORD = '<Record playBeep="false" action="/over"/>'


@dataclass(frozen=True)
class Scene:
    """What the application answers, what the caller does, and who knows what."""

    verbs: str = "<Pause/>"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = XML
    method: str = "POST"
    is_token_known: bool = True
    is_fetchable: bool = False
    events: tuple[Pressed | HungUp | Talked, ...] = ()
    is_impatient: bool = False


SCENES = {
    "token": Scene(status=403, is_token_known=False),
    "this machine": Scene('<Gather action="http://localhost:5000/menu"/>'),
    "redirect": Scene(status=302, headers=(("location", "/over"),)),
    "cache": Scene(headers=(*XML, ("ETag", '"1"')), method="GET"),
    "no body": Scene(""),
    "other hosts": Scene("<Play>https://elsewhere.example/music.mp3</Play>"),
    "music": Scene("<Enqueue>support</Enqueue>"),
    "speech": Scene('<Gather input="speech dtmf"/>'),
    "caller id": Scene('<Dial callerId="+13125550123">+13125550111</Dial>'),
    "recording elsewhere": Scene(RECORD, events=(Talked(1), Pressed("#"))),
    "recording here": Scene(RECORD, events=(Talked(1), Pressed("#")), is_fetchable=True),
    "stream": Scene('<Connect><Stream url="wss://bank.example/stream"/></Connect>'),
    "given up": Scene(events=(HungUp(),), is_impatient=True),
}
REMARKED = {
    "<Pay> is not simulated": Scene("<Pay/>"),
    "a redirect loop": Scene("<Redirect>/voice</Redirect>"),
}
ORDINARY = {
    "an ordinary menu": Scene('<Gather action="/menu" numDigits="1"><Say>Press 1.</Say></Gather><Say>Goodbye.</Say>'),
    "a refusal of what was signed as it should be": Scene(status=403),
    "an application that fails": Scene(status=500, is_token_known=False),
    "a POST with a validator": Scene(headers=(*XML, ("ETag", '"1"'))),
    "a sound of its own": Scene("<Play>/music.wav</Play>"),
    "somebody dialled as usual": Scene("<Dial>+13125550111</Dial>"),
    "somebody dialled as the line": Scene(f'<Dial callerId="{LINE}">+13125550111</Dial>'),
    "hung up after the answer": Scene("<Say>Hello.</Say><Pause length='9'/>", events=(HungUp(),)),
    "a host that only looks local": Scene('<Gather action="https://localhost.example/menu"/>'),
    "a conference with silence": Scene("<Dial><Conference waitUrl=''>room</Conference></Dial>"),
}


SENTENCES = {each.sentence for each in DIFFERENCES}


@dataclass(frozen=True)
class OneScene:
    """A wire to an application that plays one scene, and then says goodbye."""

    scene: Scene

    async def send(self, request: WireRequest) -> WireReply:
        if "/voice" not in request.url:
            return WireReply(200, XML, b"<Response><Say>Goodbye.</Say></Response>", 0.01)
        body = f"<Response>{self.scene.verbs}</Response>" if self.scene.verbs else ""
        return WireReply(self.scene.status, self.scene.headers, body.encode(), 0.01)


def opening(scene: Scene, clock: Clock) -> Network:
    number = Number(LINE, "https://bank.example/voice", "GET" if scene.method == "GET" else "POST")
    network = build_network(
        *(Endpoint(number.voice_url, OneScene(scene)), clock, number),
        seed=1,
        caller=ANN.number,
        may_fetch=lambda url: "bank.example" in url,
        locate=nowhere,
    )
    if scene.is_fetchable:
        network.operator.exchange.recordings_base = "http://127.0.0.1:8080"
    return replace(network, is_token_known=scene.is_token_known)


async def play(scene: Scene) -> tuple[PhoneSession, PhoneCall]:
    """One call in which that happens."""
    clock = clock_at_start(Tick())
    session = PhoneSession(opening(scene, clock), clock, lambda entry: None)
    sid = session.dial()
    operator = session.network.operator
    if not scene.is_impatient:
        await operator.settle()
    for event in scene.events:
        operator.receive(sid, event)
        await operator.settle()
    assert session.shown is not None
    return session, session.shown


def said(call: PhoneCall) -> list[str]:
    return [item.text for item in call.talk.items if isinstance(item, Note) and item.kind == "difference"]


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: each.name)
async def test_each_difference_is_said_where_it_matters(difference: Difference) -> None:
    _, call = await play(SCENES[difference.name])

    assert [each for each in said(call) if each in SENTENCES] == [difference.sentence]


@pytest.mark.parametrize("scene", ORDINARY)
async def test_nothing_is_said_where_nothing_differs(scene: str) -> None:
    _, call = await play(ORDINARY[scene])

    assert said(call) == []


@pytest.mark.parametrize("remark", REMARKED)
async def test_what_the_simulator_remarks_by_itself_is_said_as_a_difference(remark: str) -> None:
    _, call = await play(REMARKED[remark])

    assert len(said(call)) == 1
    assert remark in said(call)[0]


async def test_wait_music_of_another_host_is_left_alone_as_a_sound_is() -> None:
    wait_url = "https://elsewhere.example/music"
    _, call = await play(Scene(f'<Enqueue waitUrl="{wait_url}">support</Enqueue>'))

    (other_hosts,) = [each.sentence for each in DIFFERENCES if each.name == "other hosts"]
    assert said(call) == [other_hosts]
    assert call.is_up


async def test_a_difference_is_said_once_a_call() -> None:
    loop = replace(SCENES["this machine"], verbs="<Say>http://localhost/</Say><Redirect>/voice</Redirect>")
    session, first = await play(loop)
    session.hang_up()
    session.dial()
    await session.network.operator.settle()

    assert session.shown is not first
    assert session.shown is not None
    this_machine = DIFFERENCES[1].sentence
    assert (said(first).count(this_machine), said(session.shown).count(this_machine)) == (1, 1)


def test_every_difference_has_its_row_in_the_table() -> None:
    """A verb, a verb and its attribute, a statement, codes, or a choice of our own."""
    first = {row[0] for heading in ("Verbs", "Statements", *BESIDES) for row in rows(heading)}
    attributes = {f"{row[0]} {row[1]}" for row in rows("Attributes")}

    assert {each.row for each in DIFFERENCES} <= first | attributes


BESIDES = ("The simulator's own choices", "Codes of the dictionary that are not raised here")


def test_names_are_used_once() -> None:
    assert len({each.name for each in DIFFERENCES}) == len(DIFFERENCES) == len(SCENES)


async def test_it_stands_in_the_conversation() -> None:
    @asynccontextmanager
    async def open_network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        del seed
        yield opening(SCENES["token"], clock)

    async with visiting(open_network) as visitor:
        await visitor.press("c")
        await visitor.wait(1)

        assert visitor.sees("≠ the requests are signed, but not with the application's auth token")


async def test_the_line_of_the_tests_speaks_as_it_would_on_twilio() -> None:
    async with visiting(Branch()) as visitor:
        await visitor.press("c", "1", "t")
        await visitor.wait(20)

        assert "≠" not in visitor.screen()
