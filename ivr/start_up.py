"""What start-up says about Okta and Twilio: engine, API, token, number, agent, and what is missing.

Each is asked once, for some seconds at most, and nothing is changed: a line that answers calls matters more than what
it says about itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from ivr.doctor.findings import Finding, State
from ivr.doctor.stray import stray_check
from ivr.masking import last_four
from ivr.outside import Outside
from ivr.session import Connection
from ivr.settings import Settings
from ivr.setup.number import shown
from ivr.webhooks.turn import WELCOME

PATIENCE = 6.0  # seconds
APIS = {"factors": "Factors API", "authn": "Authentication API"}


async def service_lines(settings: Settings, environ: Mapping[str, str], outside: Outside) -> list[str]:
    """Okta's lines, then Twilio's; both are asked at the same time."""
    okta, twilio = await asyncio.gather(okta_lines(settings, outside), twilio_lines(settings, outside.twilio))
    stray = stray_check(environ, outside)
    found = [] if stray.state is State.OK else [f"ignored  {stray.found} {stray.remedy}"]
    return [*okta, *(found if settings.backend == "live" else []), *twilio]


async def okta_lines(settings: Settings, outside: Outside) -> list[str]:
    """The engine behind the org's address, and the API that proves callers; only a live line asks."""
    api = APIS[settings.okta_mfa_api]
    if settings.backend != "live":
        return [f"okta     {api}"]
    connection = Connection(outside.session)
    try:
        async with asyncio.timeout(PATIENCE):
            return await _org(settings, outside, connection, api)
    except TimeoutError:
        return [f"okta     {api}", "missing  Okta has not answered in time: run `ivr doctor`."]
    finally:
        await connection.close()


async def _org(settings: Settings, outside: Outside, connection: Connection, api: str) -> list[str]:
    from ivr.doctor.okta_checks import api_check, engine_check, token_check
    from ivr.identity.okta import okta_identity, okta_wire

    wire = okta_wire(settings, outside.session)
    assert wire is not None, "a live line has an org and credentials"
    try:
        engine, org, _ = await engine_check(wire, connection)
        if engine is None:
            return [f"okta     {api}", _missing(org)]
        checks = [api_check(okta_identity(settings, wire), engine), await token_check(wire)]
        return [f"okta     {engine}, {api}", *(_missing(each) for each in checks if each.state is State.FAILED)]
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
    from ivr.setup.twilio_account import TwilioAccount
    from ivr.twilio_access import TwilioTroubleError

    try:
        async with asyncio.timeout(PATIENCE):
            number = await asyncio.to_thread(lambda: TwilioAccount(settings, http).number())
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
