"""Half characters and nulls in everything that the simulator reads: nothing breaks, all of it is whole.

Messages on WebSockets are in `test_hostile_sockets.py`.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from simulator.callers.script.playing import run_call
from simulator.callers.script.reading import read_scripts
from simulator.cli.outputs import Files, Outputs
from simulator.explorer.coverage import Coverage
from simulator.operator.journal import read_journal
from simulator.served_plane import HttpTransport
from simulator.vocabulary import Heard, Updated
from simulator.wires.asgi import AsgiWire
from simulator.wires.http import HttpWire
from simulator.wires.wire import WireError, WireReply, WireRequest
from simulator.wires.wsgi import WsgiWire
from tests.callers.line import Line, open_line
from tests.foreign_texts import ESCAPED, FOREIGN, WHOLE
from tests.simulator.feeding import CALLED, call
from tests.simulator.raw_server import raw_server
from tests.simulator.remembering import Recorder, phone_on

URL = "http://app.example/voice"


async def test_a_body_that_is_read_aloud() -> None:
    odd = WireReply(200, (("Content-Type", "text/plain"),), b"a\xed\xa0\x80b\0c", 0.0)
    phone = phone_on(Recorder(voice=odd), URL)
    await phone.dial(CALLED)
    await phone.wait(10.0)

    heard = [entry.item.text for entry in phone.record.heard if isinstance(entry.item, Heard)]
    assert heard == ["a\ufffd\ufffd\ufffdb\ufffdc"]


@pytest.mark.parametrize("kind", ["asgi", "wsgi"])
async def test_headers_of_an_application_in_this_process(kind: str) -> None:
    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-odd", b"a\xffb\0c")]})
        await send({"type": "http.response.body"})

    def wsgi(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("x-odd", f"a\xffb\0c{FOREIGN}")])
        return []

    wire = AsgiWire(asgi) if kind == "asgi" else WsgiWire(wsgi)
    reply = await wire.send(WireRequest("GET", URL, (), b"", 65_536))

    assert tuple(reply.headers) == (("x-odd", "a\xffb\ufffdc" + (WHOLE if kind == "wsgi" else "")),)


async def test_bytes_of_a_header_that_are_no_utf_8() -> None:
    async def talk(reader: Any, writer: Any) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\nX-Odd: a\xed\xa0\x80\r\n\r\n")
        await writer.drain()

    async with raw_server(talk) as port, HttpWire() as wire:
        reply = await wire.send(WireRequest("GET", f"http://127.0.0.1:{port}/", (), b"", 65_536))

    (odd,) = [value for name, value in reply.headers if name == "X-Odd"]
    assert odd.encode().decode() == odd


def test_the_reason_for_which_no_answer_came() -> None:
    assert WireError(11205, FOREIGN).reason == WHOLE


@pytest.mark.parametrize("kind", ["asgi", "wsgi"])
async def test_what_an_application_in_this_process_raises(kind: str) -> None:
    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError(FOREIGN)

    def wsgi(environ: Any, start_response: Any) -> Any:
        raise RuntimeError(FOREIGN)

    wire = AsgiWire(asgi) if kind == "asgi" else WsgiWire(wsgi)
    reply = await wire.send(WireRequest("GET", URL, (), b"", 65_536))

    assert (reply.status, reply.body.decode()) == (500, f"the application raised RuntimeError: {WHOLE}")


def test_a_document_that_comes_over_the_rest_api() -> None:
    fed = call("<Pause length='10'/>")
    fed.feed(Updated(twiml="<Response><Say>a\ud800b</Say></Response>"))
    fed.listen()

    assert fed.heard == ["a\ufffdb"]


async def test_scripts_and_what_is_written_of_them(tmp_path: Path) -> None:
    script = tmp_path / "call.yaml"
    script.write_text(f"name: {ESCAPED}\nvars: {{{ESCAPED}: {ESCAPED}}}\nsteps:\n  - hear: {ESCAPED}\n", "utf-8")

    (read,) = read_scripts(script, {})
    result = await run_call(read, open_line(Line({"/voice": "<Say>Hello.</Say>"})))
    told: list[str] = []
    outputs = Outputs(Files(tmp_path / "r.json", tmp_path / "j.xml", tmp_path / "j.jsonl"), Coverage(), told.append)
    outputs.add(result)
    outputs.close()

    assert (read.name, told) == (WHOLE, [])
    assert f'"{WHOLE}" was not heard' in (result.message() or "")
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))[0]["name"] == WHOLE
    assert WHOLE in (tmp_path / "j.xml").read_text("utf-8")


def test_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    path.write_text(f'{{"at":1.0,"sid":"CA1","what":"Spoke","words":{ESCAPED},"confidence":0.5}}\n', "utf-8")

    (entry,) = read_journal(path)

    assert entry.item.words == WHOLE  # type: ignore[union-attr]  # it is a Spoke


async def test_the_control_plane_of_a_served_fake() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=f'{{"body": {ESCAPED}}}', content_type="application/json")

    app = web.Application()
    app.router.add_get("/_fake/sms", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    transport = HttpTransport(f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        found = await transport.ask("GET", "/_fake/sms")
    finally:
        await transport.close()
        await runner.cleanup()

    assert found.document == {"body": WHOLE}
