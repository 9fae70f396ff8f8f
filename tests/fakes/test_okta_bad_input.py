"""Requests that are wrong in form: Okta's own error, nothing raised, and a log line for what is not simulated."""

import asyncio
import logging
from urllib.parse import urlsplit

import pytest

from fakes.okta.app import create_app
from fakes.people import JANE
from fakes.web import Request
from tests.fakes.door import Door


async def test_an_unknown_path_is_answered_loudly(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "fakes.okta"):
        reply = await door.get("/api/v1/nothing")

    assert (reply.status, reply.error) == (404, "E0000008")
    assert caplog.messages == ["not simulated: GET /api/v1/nothing"]


@pytest.mark.parametrize("verb", ["PATCH", "DELETE", "OPTIONS"])
async def test_a_wrong_verb_is_answered_loudly(door: Door, verb: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "fakes.okta"):
        reply = await door.call(verb, "/.well-known/okta-organization")

    assert (reply.status, reply.error) == (405, "E0000022")
    assert reply.headers["Allow"] == "GET"
    assert caplog.messages == [f"not simulated: {verb} /.well-known/okta-organization"]


async def test_a_verb_nobody_knows_is_answered_too(door: Door) -> None:
    reply = await door.call("BREW", "/api/v1/users")

    assert (reply.status, reply.error) == (405, "E0000022")


async def test_V14_a_post_without_a_length_is_refused(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")

    assert await status_without_length(door, f"{path}/verify") == 411
    assert door.okta.texts(JANE.phone) == []


async def test_a_huge_body_is_refused(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")

    reply = await door.post(
        f"{path}/verify", raw=b" " * 10_000_000 + b"{}", headers={"Content-Type": "application/json"}
    )

    assert (reply.status, reply.error) == (413, "E0000003")
    assert door.okta.texts(JANE.phone) == []


async def test_a_body_of_another_type_is_refused(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")

    reply = await door.post(f"{path}/verify", raw="<a/>", headers={"Content-Type": "text/xml"})

    assert (reply.status, reply.error) == (400, "E0000021")


@pytest.mark.parametrize("code", [[], {}, True, 1.5])
async def test_a_field_of_the_wrong_type_is_refused(door: Door, code: object) -> None:
    path = await door.factor_path(JANE.id, "sms")

    reply = await door.post(f"{path}/verify", {"passCode": code})

    assert (reply.status, reply.error) == (400, "E0000001")


async def status_without_length(door: Door, path: str) -> int:
    """A client that leaves Content-Length out has to be built by hand."""
    head = {"authorization": f"SSWS {door.token}"}
    if door.name == "in process":
        return create_app(door.okta).answer(Request("POST", door.base, path, headers=head)).status
    address = urlsplit(door.base)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    lines = [f"POST {path} HTTP/1.1", f"Host: {address.netloc}", *(f"{k}: {v}" for k, v in head.items())]
    writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode())
    first = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return int(first.split()[1])
