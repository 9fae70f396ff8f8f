"""Certificates that Twilio would not accept, from real TLS servers on loopback. Source: error dictionary, 112xx."""

import asyncio
import ssl
from pathlib import Path

import pytest

from simulator.wires.http import HttpWire
from simulator.wires.wire import Limits, WireError, WireReply, WireRequest
from tests.simulator.certificates import Authority
from tests.simulator.raw_server import raw_server

REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 11\r\n\r\n<Response/>"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As soon as anything arrives."""
    await reader.read(1)
    writer.write(REPLY)
    await writer.drain()


async def fetch(url: str, trusted: ssl.SSLContext | None, **limits: bool) -> WireReply:
    async with HttpWire(trusted=trusted) as wire:
        return await wire.send(WireRequest("GET", url, [], b"", 100, Limits(**limits)))


async def code_of(url: str, trusted: ssl.SSLContext | None) -> int:
    with pytest.raises(WireError) as caught:
        await fetch(url, trusted)
    assert url in caught.value.reason
    return caught.value.code


@pytest.mark.parametrize(("certified", "host"), [("127.0.0.1", "127.0.0.1"), ("localhost", "localhost")])
async def test_a_certificate_for_the_host_by_a_known_authority(authority: Authority, certified: str, host: str) -> None:
    async with raw_server(answer, authority.server(certified)) as port:
        reply = await fetch(f"https://{host}:{port}/", authority.trusting)

    assert (reply.status, reply.body) == (200, b"<Response/>")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_11235_a_certificate_for_another_host(authority: Authority, host: str) -> None:
    async with raw_server(answer, authority.server("other.example")) as port:
        assert await code_of(f"https://{host}:{port}/", authority.trusting) == 11235


@pytest.mark.parametrize(("begins", "ends"), [(-9, -1), (1, 9)])
async def test_11236_a_certificate_out_of_its_time(authority: Authority, begins: int, ends: int) -> None:
    async with raw_server(answer, authority.server("127.0.0.1", begins=begins, ends=ends)) as port:
        assert await code_of(f"https://127.0.0.1:{port}/", authority.trusting) == 11236


async def test_11237_a_certificate_by_nobody_known(authority: Authority) -> None:
    async with raw_server(answer, authority.server("127.0.0.1")) as port:
        assert await code_of(f"https://127.0.0.1:{port}/", None) == 11237


async def test_11220_a_server_that_does_not_speak_tls(authority: Authority) -> None:
    async with raw_server(answer) as port:
        assert await code_of(f"https://127.0.0.1:{port}/", authority.trusting) == 11220


async def test_11220_no_version_of_tls_in_common(authority: Authority) -> None:
    context = authority.server("127.0.0.1")
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    trusting = authority.trusting
    trusting.maximum_version = ssl.TLSVersion.TLSv1_2
    async with raw_server(answer, context) as port:
        assert await code_of(f"https://127.0.0.1:{port}/", trusting) == 11220


async def test_sni_n_leaves_the_certificate_unchecked(authority: Authority) -> None:
    async with raw_server(answer, authority.server("other.example", begins=-9, ends=-1)) as port:
        reply = await fetch(f"https://127.0.0.1:{port}/", None, verifies=False)

    assert reply.status == 200
