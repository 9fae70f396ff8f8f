"""The account on the simulated network: REST calls ring handsets and run TwiML; numbers lead to calls."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest
from twilio.request_validator import RequestValidator

from fakes.doors import InProcessSession, served
from fakes.twilio.app import create_app
from fakes.twilio.state import API_URL
from okta_twilio_ivr.twilio import open_twilio
from simulator.applications import Endpoint
from simulator.callers.handset import Handset
from simulator.callers.time_driver import TimeDriver
from simulator.exchange.numbers import Place
from simulator.network import build_network
from simulator.operator.clock import ManualClock
from simulator.operator.operator import Operator
from simulator.vocabulary import Answered, Heard, HungUp, Talked
from simulator.wires.asgi import AsgiWire
from tests.fakes.door import Clock
from tests.fakes.twilio.account_door import OURS, THEIRS, AccountDoor, refused

TOKEN = "0123456789abcdef0123456789abcdef"
ORIGIN = "https://app.example"
FRIEND = "+13125550100"


def locate(number: str) -> Place:
    return Place("CHICAGO", "IL", "60601", "US") if number == THEIRS else Place()


@dataclass
class Application:
    """A webhook application that says what the test has written down, and remembers what it was asked."""

    documents: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while (message := await receive())["type"] != "lifespan.shutdown":
                await send({"type": f"{message['type']}.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = (await receive())["body"].decode()
        params = dict(parse_qsl(body, keep_blank_values=True))
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        if not RequestValidator(TOKEN).validate(ORIGIN + scope["path"], params, headers["x-twilio-signature"]):
            self.unsigned.append(scope["path"])
        self.asked.append((scope["method"], scope["path"], params))
        document = self.documents.get(scope["path"])
        kind = [(b"content-type", b"text/xml")]
        await send({"type": "http.response.start", "status": 500 if document is None else 200, "headers": kind})
        await send({"type": "http.response.body", "body": (document or "").encode()})

    def params(self, path: str) -> list[dict[str, str]]:
        return [params for _, at, params in self.asked if at == path]


@dataclass
class Line:
    """A network with one number, the application behind it, and the REST API."""

    rest: AccountDoor
    app: Application
    operator: Operator
    clock: ManualClock
    time: TimeDriver

    async def dial_in(self) -> Handset:
        handset = Handset(self.operator, self.clock, THEIRS)
        await handset.dial(OURS)
        return handset

    def heard(self, sid: str) -> list[str | None]:
        return [entry.item.text for entry in self.operator.journal.of(sid) if isinstance(entry.item, Heard)]


@pytest.fixture(params=["in process", "served"])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    app, clock = Application(), ManualClock()
    async with AsyncExitStack() as stack:
        wire = await stack.enter_async_context(AsgiWire(app))
        operator = build_network(Endpoint(f"{ORIGIN}/voice", wire), clock, auth_token=TOKEN).operator
        twilio = open_twilio(operator, auth_token=TOKEN)
        twilio.add_number(OURS, voice_url=f"{ORIGIN}/voice", sms_url=f"{ORIGIN}/sms")
        skin = create_app(twilio)
        if request.param == "in process":
            rest = AccountDoor(twilio, Clock(), API_URL, InProcessSession({API_URL: skin}))
        else:
            base = await stack.enter_async_context(served(skin))
            session = await stack.enter_async_context(aiohttp.ClientSession())
            rest = AccountDoor(twilio, Clock(), base, session)
        yield Line(rest, app, operator, clock, TimeDriver(operator, clock))


async def test_T72_a_created_call_rings_a_handset_and_runs_its_document(line: Line) -> None:
    line.app.documents["/out"] = "<Response><Say>Your agent calls back.</Say></Response>"
    calls = line.rest.client().calls

    created = await calls.create_async(to=THEIRS, from_=OURS, url=f"{ORIGIN}/out")
    ringing = await calls(created.sid).fetch_async()
    assert line.app.asked == []
    line.rest.twilio.answer(created.sid)
    await line.time.settle()
    talking = await calls(created.sid).fetch_async()
    await line.time.advance(60)
    over = await calls(created.sid).fetch_async()

    assert [call.status for call in (created, ringing, talking, over)] == [
        "queued",
        "ringing",
        "in-progress",
        "completed",
    ]
    (asked,) = line.app.params("/out")
    assert (asked["CallSid"], asked["Direction"], asked["CallStatus"]) == (created.sid, "outbound-api", "in-progress")
    assert (asked["From"], asked["To"], asked["ToCity"]) == (OURS, THEIRS, "CHICAGO")
    assert line.heard(created.sid) == ["Your agent calls back."]
    assert over.direction == "outbound-api"
    assert line.app.unsigned == []


async def test_T73_the_four_events_of_a_created_call_are_told(line: Line) -> None:
    line.app.documents |= {"/out": "<Response/>", "/status": ""}

    call = await line.rest.client().calls.create_async(
        to=THEIRS,
        from_=OURS,
        url=f"{ORIGIN}/out",
        status_callback=f"{ORIGIN}/status",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    await line.time.advance(3)
    line.rest.twilio.answer(call.sid)
    await line.time.settle()

    told = sorted((params["SequenceNumber"], params["CallStatus"]) for params in line.app.params("/status"))
    assert told == [("0", "initiated"), ("1", "ringing"), ("2", "in-progress"), ("3", "completed")]


async def test_T74_without_events_only_the_end_is_told_with_its_duration(line: Line) -> None:
    line.app.documents |= {"/out": '<Response><Pause length="61"/></Response>', "/status": ""}

    call = await line.rest.client().calls.create_async(
        to=THEIRS, from_=OURS, url=f"{ORIGIN}/out", status_callback=f"{ORIGIN}/status"
    )
    line.rest.twilio.answer(call.sid)
    await line.time.advance(70)
    over = await line.rest.client().calls(call.sid).fetch_async()

    (told,) = line.app.params("/status")
    assert (told["CallStatus"], told["CallDuration"], told["Duration"]) == ("completed", "61", "2")
    assert over.duration == "61"


async def test_T75_a_status_callback_that_fails_touches_no_call(line: Line) -> None:
    line.app.documents["/out"] = "<Response><Say>Hello.</Say></Response>"

    call = await line.rest.client().calls.create_async(
        to=THEIRS,
        from_=OURS,
        url=f"{ORIGIN}/out",
        status_callback=f"{ORIGIN}/broken",
        status_callback_event=["answered", "completed"],
    )
    line.rest.twilio.answer(call.sid)
    await line.time.advance(10)

    assert len(line.app.params("/broken")) == 2
    assert line.heard(call.sid) == ["Hello."]
    assert (await line.rest.client().calls(call.sid).fetch_async()).status == "completed"


async def test_a_created_call_can_bring_its_own_document(line: Line) -> None:
    twiml = "<Response><Say>No server needed.</Say></Response>"

    call = await line.rest.client().calls.create_async(to=THEIRS, from_=OURS, twiml=twiml)
    line.rest.twilio.answer(call.sid)
    await line.time.advance(10)

    assert line.heard(call.sid) == ["No server needed."]
    assert line.app.asked == []


@pytest.mark.parametrize("outcome", ["busy", "no-answer", "failed"])
async def test_a_handset_does_not_take_the_call(line: Line, outcome: Any) -> None:
    call = await line.rest.client().calls.create_async(to=THEIRS, from_=OURS, url=f"{ORIGIN}/out")

    line.rest.twilio.decline(call.sid, outcome)

    assert (await line.rest.client().calls(call.sid).fetch_async()).status == outcome
    assert line.app.asked == []


async def test_nobody_answers_within_the_timeout(line: Line) -> None:
    call = await line.rest.client().calls.create_async(to=THEIRS, from_=OURS, url=f"{ORIGIN}/out", timeout=20)

    await line.time.advance(19)
    still = await line.rest.client().calls(call.sid).fetch_async()
    await line.time.advance(1)
    over = await line.rest.client().calls(call.sid).fetch_async()

    assert (still.status, over.status) == ("ringing", "no-answer")


async def test_T76_a_call_is_ended_while_it_gathers(line: Line) -> None:
    line.app.documents["/voice"] = '<Response><Gather action="/g"/></Response>'
    handset = await line.dial_in()
    (call,) = await line.rest.client().calls.list_async(status="in-progress")

    ended = await line.rest.client().calls(call.sid).update_async(status="completed")
    await line.time.settle()

    assert ended.status == "completed"
    assert not handset.is_up
    assert line.app.params("/g") == []


async def test_T77_a_live_call_is_redirected_by_url_and_by_document(line: Line) -> None:
    line.app.documents |= {
        "/voice": "<Response><Say>one two three four</Say><Say>never</Say></Response>",
        "/new": '<Response><Say>First.</Say><Pause length="100"/></Response>',
    }
    await line.dial_in()
    (call,) = await line.rest.client().calls.list_async()
    await line.time.advance(0.8)
    calls = line.rest.client().calls(call.sid)

    await calls.update_async(url=f"{ORIGIN}/new")
    await line.time.advance(10)
    await calls.update_async(twiml="<Response><Say>Second.</Say></Response>")
    await line.time.advance(10)

    assert line.heard(call.sid) == ["one two", "First.", "Second."]
    assert (await calls.fetch_async()).status == "completed"


async def test_T78_a_call_that_is_over_is_not_redirected(line: Line) -> None:
    line.app.documents["/voice"] = "<Response/>"
    await line.dial_in()
    (call,) = await line.rest.client().calls.list_async()

    error = await refused(line.rest.client().calls(call.sid).update_async(url=f"{ORIGIN}/new"))

    assert (error.status, error.code) == (400, 21220)


async def test_a_ringing_call_is_canceled(line: Line) -> None:
    calls = line.rest.client().calls
    call = await calls.create_async(to=THEIRS, from_=OURS, url=f"{ORIGIN}/out")

    canceled = await calls(call.sid).update_async(status="canceled")

    assert canceled.status == "canceled"
    assert line.operator.exchange.calls == ()


async def test_calls_to_the_number_and_the_legs_they_dial_are_listed(line: Line) -> None:
    line.app.documents["/voice"] = "<Response><Dial>+13125550100</Dial></Response>"
    await line.dial_in()

    child, parent = await line.rest.client().calls.list_async()

    assert (parent.direction, parent._from, parent.to, parent.status) == ("inbound", THEIRS, OURS, "in-progress")
    assert (child.direction, child.to, child.status) == ("outbound-dial", "+13125550100", "ringing")
    assert child.parent_call_sid == parent.sid


async def test_a_new_voice_url_is_where_the_next_call_goes(line: Line) -> None:
    line.app.documents |= {"/voice": "<Response/>", "/new": "<Response/>"}
    client = line.rest.client()
    (number,) = await client.incoming_phone_numbers.list_async(phone_number=OURS)
    await line.dial_in()

    await client.incoming_phone_numbers(number.sid).update_async(voice_url=f"{ORIGIN}/new")
    await line.dial_in()

    assert [path for _, path, _ in line.app.asked] == ["/voice", "/new"]


async def test_an_application_of_a_number_wins_and_can_be_changed(line: Line) -> None:
    line.app.documents |= {"/voice": "<Response/>", "/a": "<Response/>", "/b": "<Response/>"}
    client = line.rest.client()
    (number,) = await client.incoming_phone_numbers.list_async()
    application = await client.applications.create_async(voice_url=f"{ORIGIN}/a")

    await number.update_async(voice_application_sid=application.sid)
    await line.dial_in()
    await application.update_async(voice_url=f"{ORIGIN}/b")
    await line.dial_in()
    await application.delete_async()
    await line.dial_in()

    assert [path for _, path, _ in line.app.asked] == ["/a", "/b", "/voice"]


async def test_a_call_by_application_says_so(line: Line) -> None:
    line.app.documents["/app"] = "<Response/>"
    client = line.rest.client()
    application = await client.applications.create_async(voice_url=f"{ORIGIN}/app")

    call = await client.calls.create_async(to=THEIRS, from_=OURS, application_sid=application.sid)
    line.rest.twilio.answer(call.sid)
    await line.time.settle()

    (asked,) = line.app.params("/app")
    assert asked["ApplicationSid"] == application.sid


async def test_message_callbacks_go_out_signed(line: Line) -> None:
    line.app.documents["/status"] = ""

    await line.rest.client().messages.create_async(to=THEIRS, from_=OURS, body="Hi", status_callback=f"{ORIGIN}/status")
    await line.time.settle()

    statuses = {params["MessageStatus"] for params in line.app.params("/status")}
    assert statuses == {"sending", "sent", "delivered"}
    assert line.app.unsigned == []


async def test_a_handset_texts_the_number_and_gets_an_answer(line: Line) -> None:
    line.app.documents["/sms"] = "<Response><Message>You owe nothing.</Message></Response>"

    line.rest.twilio.text(THEIRS, OURS, "balance")
    await line.time.settle()

    (asked,) = line.app.params("/sms")
    assert (asked["Body"], asked["FromCity"], asked["ToCity"]) == ("balance", "CHICAGO", "")
    assert [text.body for text in line.rest.twilio.texts(THEIRS)] == ["You owe nothing."]
    assert line.app.unsigned == []


async def test_an_application_that_fails_is_asked_at_its_fallback(line: Line) -> None:
    line.app.documents["/plan-b"] = "<Response><Message>Try later.</Message></Response>"
    (number,) = await line.rest.client().incoming_phone_numbers.list_async()
    await number.update_async(sms_fallback_url=f"{ORIGIN}/plan-b")

    line.rest.twilio.text(THEIRS, OURS, "balance")
    await line.time.settle()

    assert [text.body for text in line.rest.twilio.texts(THEIRS)] == ["Try later."]


async def test_a_text_sent_in_a_call_is_on_the_handset_and_in_the_list(line: Line) -> None:
    line.app.documents["/voice"] = "<Response><Sms>Thanks for calling.</Sms></Response>"

    await line.dial_in()

    (message,) = await line.rest.client().messages.list_async(to=THEIRS)
    assert (message.body, message.direction, message.status) == ("Thanks for calling.", "outbound-call", "delivered")
    assert [text.body for text in line.rest.twilio.texts(THEIRS)] == ["Thanks for calling."]


async def test_a_recording_is_listed_and_fetched_as_a_wav_file(line: Line) -> None:
    line.app.documents |= {"/voice": '<Response><Record action="/done"/></Response>', "/done": "<Response/>"}
    handset = await line.dial_in()
    sid = handset.record.sid
    await line.time.advance(2)
    line.operator.receive(sid, Talked(3.0))
    await line.time.advance(30)
    recordings = line.rest.client().recordings

    (recording,) = await recordings.list_async(call_sid=sid)
    fetched = await recordings(recording.sid).fetch_async()
    (of_call,) = await line.rest.client().calls(sid).recordings.list_async()
    path = f"{line.rest.root}/Recordings/{recording.sid}"
    wav, plain = await line.rest.ask("GET", f"{path}.wav"), await line.rest.ask("GET", path)
    stranger = await line.rest.ask("GET", f"{path}.wav", headers={})
    mp3 = await line.rest.ask("GET", f"{path}.mp3")

    assert (fetched.call_sid, fetched.source, fetched.duration, fetched.status) == (sid, "RecordVerb", "3", "completed")
    assert of_call.sid == recording.sid
    assert wav.headers["Content-Type"] == "audio/x-wav"
    assert wav.content[:4] == b"RIFF"
    assert plain.content == stranger.content == wav.content
    assert mp3.code == 20501
    (asked,) = line.app.params("/done")
    assert asked["RecordingSid"] == recording.sid


async def test_a_recording_below_its_call_has_its_track_and_not_its_media(line: Line) -> None:
    line.app.documents |= {
        "/voice": f'<Response><Dial record="record-from-answer-dual"><Number>{FRIEND}</Number></Dial></Response>'
    }
    handset = await line.dial_in()
    sid = handset.record.sid
    (leg,) = (each.sid for each in line.operator.exchange.calls if each.sid != sid)
    line.operator.receive(leg, Answered())
    await line.time.advance(5)
    line.operator.receive(sid, HungUp())
    await line.time.advance(5)

    below = await line.rest.ask("GET", f"{line.rest.root}/Calls/{sid}/Recordings.json")
    (of_call,) = below.body["recordings"]
    (of_account,) = (await line.rest.ask("GET", f"{line.rest.root}/Recordings.json")).body["recordings"]
    path = f"{line.rest.root}/Calls/{sid}/Recordings/{of_call['sid']}.json"
    other_call = await line.rest.ask("GET", path.replace(sid, leg))

    assert of_call["uri"] == path
    assert (await line.rest.ask("GET", path)).body == of_call
    assert other_call.code == 20404
    assert set(of_call) - set(of_account) == {"track"}
    assert set(of_account) - set(of_call) == {"media_url", "subresource_uris"}
    assert (of_call["track"], of_call["channels"], of_call["source"]) == ("both", 2, "DialVerb")


async def test_a_recording_starts_when_its_callback_says(line: Line) -> None:
    """Silence is trimmed away: its length is not the time between start and end."""
    line.app.documents |= {
        "/voice": '<Response><Record recordingStatusCallback="/kept" timeout="10"/></Response>',
        "/kept": "",
    }
    handset = await line.dial_in()
    await line.time.advance(4)
    line.operator.receive(handset.record.sid, Talked(3.0))
    await line.time.advance(30)

    (told,) = line.app.params("/kept")
    (recording,) = (await line.rest.ask("GET", f"{line.rest.root}/Recordings.json")).body["recordings"]
    (below,) = await line.rest.client().calls(handset.record.sid).recordings.list_async()

    assert recording["start_time"] == recording["date_created"] == told["RecordingStartTime"]
    assert (below.duration, below.track) == (told["RecordingDuration"], None)
    began, ended = (parsedate_to_datetime(recording[each]) for each in ("start_time", "date_updated"))
    assert (ended - began).total_seconds() > int(recording["duration"])


async def test_a_call_that_rings_has_no_seconds_and_a_nameless_caller(line: Line) -> None:
    call = await line.rest.client().calls.create_async(to=THEIRS, from_=OURS, twiml="<Response><Pause/></Response>")
    await line.time.advance(1)
    ringing = (await line.rest.ask("GET", f"{line.rest.root}/Calls/{call.sid}.json")).body
    line.operator.receive(call.sid, Answered())
    answered = (await line.rest.ask("GET", f"{line.rest.root}/Calls/{call.sid}.json")).body

    assert (ringing["status"], ringing["duration"], ringing["caller_name"]) == ("ringing", "0", "")
    assert (answered["status"], answered["duration"], answered["caller_name"]) == ("in-progress", None, None)


async def test_after_a_reset_the_number_leads_where_it_led(line: Line) -> None:
    line.app.documents |= {"/voice": "<Response/>", "/new": "<Response/>"}
    (number,) = await line.rest.client().incoming_phone_numbers.list_async()
    await number.update_async(voice_url=f"{ORIGIN}/new")

    await line.rest.ask("POST", "/_fake/reset")
    await line.dial_in()

    assert [path for _, path, _ in line.app.asked] == ["/voice"]
