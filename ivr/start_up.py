"""What start-up says about Twilio: the number, whether its calls come here, the agent; asks once, changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from ivr.masking import last_four
from ivr.settings import Settings
from ivr.setup.number import shown
from ivr.webhooks.turn import WELCOME

PATIENCE = 6.0  # seconds; a line that answers calls matters more than what it says about itself


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
