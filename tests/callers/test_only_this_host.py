"""What an application names on another host is asked for, unless it is kept on its host; then it is refused by name."""

from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from click.testing import CliRunner

from fakes.doors import served
from ivr.external import in_daemon_thread
from simulator.cli.phone import make_phone
from simulator.wires.own_host import OwnHostSockets, OwnHostWire, host_of
from simulator.wires.wire import Headers, WireError, WireReply, WireRequest

HERE = frozenset(("127.0.0.1",))
ELSEWHERE = {
    "a redirect": "<Redirect>http://localhost:{port}/next</Redirect>",
    "an action": '<Gather timeout="1" actionOnEmptyResult="true" action="http://localhost:{port}/next"/>',
}


class Remembering:
    """An application, under two names of this machine; keeps the hosts that it was asked by."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.hosts: list[str] = []
        self.port = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # ASGI's own types
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        self.hosts.append(headers[b"host"].decode().partition(":")[0])
        body = self.body.format(port=self.port) if scope["path"] == "/voice" else "<Say>over there</Say>"
        kind = (b"content-type", b"text/xml")
        await send({"type": "http.response.start", "status": 200, "headers": [kind]})
        await send({"type": "http.response.body", "body": f"<Response>{body}</Response>".encode()})


async def said(application: Remembering, tmp_path: Path, *options: str) -> str:
    script = tmp_path / "call.yaml"
    script.write_text("steps:\n  - wait: 20\n", encoding="utf-8")
    async with served(application) as base:
        application.port = int(base.rpartition(":")[2])
        words = ["call", str(script), "--url", f"{base}/voice", *options]
        result = await in_daemon_thread(lambda: CliRunner().invoke(make_phone(), words))
    return result.output


@pytest.mark.parametrize("body", ELSEWHERE.values(), ids=ELSEWHERE)
async def test_documents_on_another_host_are_asked_for(body: str, tmp_path: Path) -> None:
    application = Remembering(body)

    await said(application, tmp_path)

    assert application.hosts == ["127.0.0.1", "localhost"]


@pytest.mark.parametrize("body", ELSEWHERE.values(), ids=ELSEWHERE)
async def test_an_application_that_is_kept_on_its_host_reaches_no_other(body: str, tmp_path: Path) -> None:
    application = Remembering(body)

    output = await said(application, tmp_path, "--only-this-host")

    assert application.hosts == ["127.0.0.1"]
    assert "11210" in output
    assert "is on the host localhost, which --only-this-host leaves alone" in output


async def test_wires_and_sockets_of_an_application_know_its_hosts_by_name_whatever_the_port() -> None:
    class Reached(Exception):  # noqa: N818
        pass

    class There:
        stopwatch = perf_counter

        async def send(self, request: WireRequest) -> WireReply:
            raise Reached

        async def connect(self, url: str, headers: Headers) -> Any:
            raise Reached

    wire, sockets = OwnHostWire(There(), HERE), OwnHostSockets(There(), HERE)
    with pytest.raises(Reached):
        await wire.send(WireRequest("GET", "https://127.0.0.1:1/", (), b"", 1))
    with pytest.raises(Reached):
        await sockets.connect("ws://127.0.0.1:2/", ())
    for url in ("http://elsewhere.example/", "http://127.0.0.1.elsewhere.example/", "http://[::1/"):
        with pytest.raises(WireError, match="leaves alone"):
            await wire.send(WireRequest("GET", url, (), b"", 1))
        with pytest.raises(WireError, match="leaves alone"):
            await sockets.connect(url.replace("http", "ws"), ())


def test_the_host_of_a_url_is_its_name_in_lower_case() -> None:
    assert host_of("http://bob:x@LOCALHOST:80/") == "localhost"
    assert host_of("http://[::1/") == ""


def test_the_demo_and_load_have_no_such_option() -> None:
    alone = CliRunner().invoke(make_phone(), ["call", "x.yaml", "--only-this-host"])
    load = CliRunner().invoke(make_phone(), ["load", "x.yaml", "--url", "http://127.0.0.1:1/", "--only-this-host"])

    assert "--only-this-host goes with --url" in alone.output
    assert "--only-this-host is not for load" in load.output
