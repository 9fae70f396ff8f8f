"""Whether Twilio sends calls here and the line believes it: the number, its URLs, and a signature tried for real."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from ivr.doctor.asking import Reply, ask
from ivr.doctor.findings import Finding, failed, ok, skipped, warning
from ivr.masking import last_four
from ivr.session import Connection
from ivr.settings import Settings
from ivr.setup.number import Number, differences, shown, wanted
from ivr.setup.twilio_account import TwilioAccount
from ivr.twilio_access import TwilioTroubleError
from ivr.webhooks.gate import NO_CALL_SID
from ivr.webhooks.turn import CALL_STATUS, WELCOME

NUMBER, VOICE_URL, AGENT, SIGNATURE = "number", "voice url", "agent", "signature"
NO_BASE = "The line's public address is not known;"
SET_BASE = "set IVR_PUBLIC_URL."


async def number_checks(settings: Settings, http: Callable[[], Any]) -> list[Finding]:
    """The number and where its calls go."""
    try:
        number = await asyncio.to_thread(lambda: TwilioAccount(settings, http).number())
    except TwilioTroubleError as trouble:
        found, _, remedy = str(trouble).partition(": ")
        unknown = [skipped(check, "The number is not known.") for check in (VOICE_URL, AGENT)]
        return [failed(NUMBER, f"{found}:", remedy), *unknown]
    base = settings.public_base
    return [ok(NUMBER, f"{number.phone} ({number.sid})."), _voice_url(number, base), _agent(number, settings)]


def _voice_url(number: Number, base: str | None) -> Finding:
    if base is None:
        return failed(VOICE_URL, NO_BASE, SET_BASE)
    # A fallback or a status callback of one's own is nobody's fault.
    ours = ("voice_url", "voice_method", "voice_application_sid", "trunk_sid")
    essential = {name: value for name, value in wanted(base).items() if name in ours}
    changes = differences(number, essential)
    if changes:
        listed = ", ".join(f"{each.setting} is {shown(each.now)}" for each in changes)
        return failed(VOICE_URL, f"Calls do not come here ({listed});", "run `ivr setup twilio`.")
    if not number.voice_fallback_url:
        return warning(VOICE_URL, f"{number.voice_url}, without a fallback;", "run `ivr setup twilio`.")
    return ok(VOICE_URL, f"POST {number.voice_url}")


def _agent(number: Number, settings: Settings) -> Finding:
    """Who is rung for a call back, and whether the line learns that a caller has hung up."""
    agent = settings.agent_number
    if agent is None:
        return skipped(AGENT, "IVR_AGENT_NUMBER is not set: call backs are noted in the accounts API.")
    if agent == number.phone:
        return failed(AGENT, "IVR_AGENT_NUMBER is the line's own number;", "set it to the phone of a person or a desk.")
    if settings.public_base is None:
        return failed(AGENT, NO_BASE, SET_BASE)
    if number.status_callback != settings.public_base + CALL_STATUS:
        found = f"{last_four(agent)}, but who hangs up before the sentence has ended is not called back;"
        return warning(AGENT, found, f"run `ivr setup twilio --status-callback {settings.public_base + CALL_STATUS}`.")
    return ok(AGENT, f"{last_four(agent)} is rung for call backs.")


async def signature_check(settings: Settings, connection: Connection) -> Finding:
    """Two webhooks without a CallSid to the public address, signed and not: no call comes of them.

    The line judges the signature first, so "there is no CallSid" means that the signature was good.
    """
    token = settings.twilio_auth_token
    if token is None:
        return failed(SIGNATURE, "TWILIO_AUTH_TOKEN is not set, so anybody can pose as Twilio;", "set it.")
    if settings.public_base is None:
        return skipped(SIGNATURE, NO_BASE, SET_BASE)
    from twilio.request_validator import RequestValidator

    url = settings.public_base + WELCOME
    good = RequestValidator(token.get_secret_value()).compute_signature(url, {})
    signed = await ask(connection, "POST", url, {"X-Twilio-Signature": good})
    unsigned = await ask(connection, "POST", url, {})
    match signed, unsigned:
        case (str(why), _) | (_, str(why)):
            return failed(SIGNATURE, f"{url} is out of reach ({why});", "start the line and its tunnel or proxy.")
        case Reply(400, text), Reply(403) if NO_CALL_SID in text:
            return ok(SIGNATURE, "The line takes Twilio's signature and refuses a request without.")
        case Reply(400, text), Reply(400) if NO_CALL_SID in text:
            return failed(
                SIGNATURE, "The running line checks no signatures;", "start it anew with TWILIO_AUTH_TOKEN set."
            )
        case Reply(403), _:
            remedy = "start it with this TWILIO_AUTH_TOKEN and this IVR_PUBLIC_URL."
            return failed(SIGNATURE, "The running line refuses a right signature;", remedy)
        case Reply(status), _:
            return failed(SIGNATURE, f"Something else answers at {url} ({status});", "check IVR_PUBLIC_URL.")
