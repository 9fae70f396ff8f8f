"""The line served over HTTP until Ctrl-C: its socket, what start-up says, Hypercorn; which line is told from outside.

At start-up Okta and Twilio are each asked once, for some seconds at most, and nothing is changed: a line that answers
calls matters more than what it says about itself.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ivr.backends import okta_wire, provider_of
from ivr.callers import last_four
from ivr.doctor.checks import Finding, State, stray_check
from ivr.external import Connection, ExternalServices, in_daemon_thread
from ivr.identity.provider import Provider
from ivr.line import Line
from ivr.printing import Refusal, print_lines
from ivr.settings import Settings, missing, unknown_line
from ivr.setup.number import shown
from ivr.webhooks.results import WELCOME

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

Beside = Callable[[], AbstractAsyncContextManager[Sequence[str]]]
PATIENCE = 6.0  # seconds for each service at start-up


@asynccontextmanager
async def nothing_beside() -> AsyncIterator[Sequence[str]]:
    """Run nothing beside the line."""
    yield ()


def listening(host: str, port: int) -> socket.socket:
    """Open a socket that listens already: who calls before the server runs, waits. Raises Refusal."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        why = str(error.strerror or error).partition(" (while ")[0]  # the rest repeats the address
        raise Refusal(f"Cannot listen on {host}:{port}: {why}; choose another --host or --port.") from None


def run(line: Line, door: socket.socket, beside: Beside, environ: Mapping[str, str], outside: ExternalServices) -> None:
    """Say what is served where, and serve it until Ctrl-C. Several workers make lines of their own, of its settings."""
    from ivr.observability.logs import write_logs
    from ivr.running.server import limit_lines, raise_limit

    write_logs(line.settings.log)
    files = limit_lines(raise_limit())
    if line.settings.workers == 1:
        asyncio.run(_serve(line, door, beside, environ, outside, files))
        return
    from ivr.running.workers import Supervisor

    asyncio.run(_say(line, door, files, environ, outside))
    with door:
        Supervisor(line.settings, door).run()


def opening_lines(settings: Settings, address: str) -> list[str]:
    """Word what start-up says without asking anybody: backend, org, webhook, and what is missing."""
    org = {"live": settings.okta_org_url, "cassette": _recorded(settings)}.get(
        settings.backend, "a fake org in this process"
    )
    return [
        f"{settings.customer_name} phone line on {address}",
        f"backend  {settings.backend}",
        f"org      {org}",
        f"webhook  {settings.public_base or address}/ivr/welcome",
        *(f"missing  {note}" for note in missing(settings)),
    ]


def _recorded(settings: Settings) -> str:
    return f"recordings in {settings.cassettes or 'cassettes'}, {settings.cassette or 'whichever fits the call'}"


async def _serve(
    line: Line,
    door: socket.socket,
    beside: Beside,
    environ: Mapping[str, str],
    outside: ExternalServices,
    files: Sequence[str],
) -> None:
    from ivr.running.server import answer_webhooks

    with ExitStack() as stack:
        registry = None if line.settings.operator_port is None else _numbers(line.settings.operator_port, stack)
        async with beside() as notes:
            await _say(line, door, (*files, *notes), environ, outside)
            await answer_webhooks(line, door, registry=registry, until=outside.until)


def _numbers(port: int, stack: ExitStack) -> CollectorRegistry:
    from prometheus_client import CollectorRegistry

    from ivr.observability.meters import served_metrics

    registry = CollectorRegistry()
    stack.callback(served_metrics(registry, port))
    return registry


async def _say(
    line: Line, door: socket.socket, notes: Sequence[str], environ: Mapping[str, str], outside: ExternalServices
) -> None:
    services = await service_lines(line.settings, environ, outside)
    store = await store_lines(line)
    print_lines((*opening_lines(line.settings, _address(door)), *store, *services, *notes))


async def store_lines(line: Line) -> list[str]:
    """Say where calls and limits are kept, and whether that answers: without it each call ends with a sentence."""
    if line.settings.store_url is None:
        return ["store    this process's memory: calls and limits end with it"]
    parts = urlsplit(line.settings.store_url.get_secret_value())
    trouble = await line.calls.health()
    await line.calls.close()
    where = f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path
    return [f"store    Redis at {where}", *([f"missing  {trouble}"] if trouble else [])]


def _address(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def service_lines(settings: Settings, environ: Mapping[str, str], outside: ExternalServices) -> list[str]:
    """Okta's lines, then Twilio's; both are asked at the same time."""
    okta, twilio = await asyncio.gather(okta_lines(settings, outside), twilio_lines(settings, outside.twilio))
    stray = stray_check(environ, outside)
    found = [] if stray.state is State.OK else [f"ignored  {stray.found} {stray.remedy}"]
    unknown = unknown_line(settings)
    ignored = [] if unknown is None else [f"ignored  {unknown}"]
    return [*okta, *(found if settings.backend == "live" else []), *ignored, *twilio]


async def okta_lines(settings: Settings, outside: ExternalServices) -> list[str]:
    """The engine behind the org's address, and the API that proves callers; only a live line asks."""
    provider = provider_of(settings)
    api = provider.api
    if settings.backend != "live":
        return [f"okta     {api}"]
    connection = Connection(outside.session)
    try:
        async with asyncio.timeout(PATIENCE):
            return await _org(settings, outside, connection, provider)
    except TimeoutError:
        return [f"okta     {api}", "missing  Okta has not answered in time: run `ivr doctor`."]
    finally:
        await connection.close()


async def _org(settings: Settings, outside: ExternalServices, connection: Connection, provider: Provider) -> list[str]:
    from ivr.doctor.okta_checks import api_check, engine_check, token_check

    wire = okta_wire(settings, outside.session)
    assert wire is not None, "a live line has an org and credentials"
    try:
        engine, org, _ = await engine_check(wire, connection)
        if engine is None:
            return [f"okta     {provider.api}", _missing(org)]
        checks = [api_check(provider, engine), await token_check(wire)]
        return [
            f"okta     {engine}, {provider.api}",
            *(_missing(each) for each in checks if each.state is State.FAILED),
        ]
    finally:
        await wire.close()


def _missing(finding: Finding) -> str:
    return f"missing  {finding.check}: {finding.found} {finding.remedy}"


async def twilio_lines(settings: Settings, http: Callable[[], Any]) -> list[str]:
    """Only a live line asks Twilio; trouble there is a line, too."""
    lines = await _number(settings, http) if settings.backend == "live" else [_configured(settings)]
    agent = settings.agent_number
    if agent is not None:
        lines.append(f"agent    {last_four(agent)} is rung for call backs")
    elif settings.backend == "live":
        lines.append("agent    none (IVR_AGENT_NUMBER): call backs are noted in the accounts API")
    return lines


def _configured(settings: Settings) -> str:
    return f"number   {settings.twilio_phone_sid or 'none needed: nobody calls but the phone'}"


async def _number(settings: Settings, http: Callable[[], Any]) -> list[str]:
    from ivr.setup.number import TwilioAccount
    from ivr.twilio_access import TwilioTroubleError

    try:
        async with asyncio.timeout(PATIENCE):
            number = await in_daemon_thread(lambda: TwilioAccount(settings, http).number())
    except TwilioTroubleError as trouble:
        return ["number   not known", f"missing  {trouble}"]
    except TimeoutError:
        return ["number   not known: Twilio has not answered in time"]
    if settings.public_base is None:
        return [f"number   {number.phone}, its calls go to {shown(number.voice_url)}"]
    if number.voice_url == settings.public_base + WELCOME:
        return [f"number   {number.phone}, its calls come here"]
    return [
        f"number   {number.phone}, its calls go to {shown(number.voice_url)}",
        "missing  the number's webhook: run `ivr setup twilio`",
    ]
