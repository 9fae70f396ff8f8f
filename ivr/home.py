"""The home page and the readiness: what this line is, the address to give Twilio, and how its services are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from html import escape
from string import Template

from ivr.line import Line
from ivr.webhooks.results import WELCOME

PATIENCE = 3.0  # seconds
FRESH = 10.0  # seconds: whoever asks all day does not ask Okta all day


@dataclass(frozen=True, slots=True)
class Condition:
    """None where a service answers, else one sentence without secrets. `store` is where calls are kept."""

    store: str | None = None
    identity: str | None = None
    accounts: str | None = None


class Health:
    """The services of one line; it remembers how they were for a few seconds, and asks for all who wait at once."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._asked_at = float("-inf")
        self._condition = Condition()
        self._asking = asyncio.Lock()

    async def condition(self) -> Condition:
        """How they are, not older than ten seconds."""
        async with self._asking:
            now = self._line.now()
            if now - self._asked_at >= FRESH:
                line = self._line
                checks = line.calls.health(), line.directory.health(), line.accounts.health()
                self._condition = Condition(*await asyncio.gather(*map(_patiently, checks)))
                self._asked_at = now
            return self._condition

    async def report(self) -> tuple[bool, dict[str, object]]:
        """Whether this line should be given calls, and why not, in words that anybody may read."""
        how = await self.condition()
        settings = self._line.settings
        has_accounts = settings.backend != "live" or settings.accounts_api_url is not None
        words = {
            "store": _word(how.store),
            "okta": _word(how.identity),
            "accounts": _word(how.accounts) if has_accounts else "not configured",
        }
        closing = self._line.closing()
        ready = not closing and "down" not in words.values()
        return ready, {"ready": ready, "closing": closing, **words}


def _word(trouble: str | None) -> str:
    return "down" if trouble else "ok"


async def _patiently(check: Awaitable[str | None]) -> str | None:
    try:
        return await asyncio.wait_for(check, PATIENCE)
    except TimeoutError:
        return "No answer in time."


class HomePage:
    """The page of one line, with the health of its services."""

    def __init__(self, line: Line, health: Health) -> None:
        self._line = line
        self._health = health

    async def html(self) -> str:
        """The page. Where no public address is set it names none: who asked chose the one in the request."""
        condition = await self._health.condition()
        settings = self._line.settings
        return PAGE.substitute(
            customer=escape(settings.customer_name),
            webhook=f"<code>{escape(settings.public_base or '')}{WELCOME}</code> (POST)",
            where="" if settings.public_base else ", at this line's public address (IVR_PUBLIC_URL is not set)",
            backend=escape(settings.backend),
            signatures="checked" if settings.twilio_auth_token else "not checked (TWILIO_AUTH_TOKEN is not set)",
            store=_lamp(condition.store, "Redis answers." if settings.store_url else "This process's memory."),
            identity=_lamp(condition.identity, "Okta answers."),
            accounts=_lamp(condition.accounts, "The accounts API is in order, as far as is known."),
        )


def _lamp(trouble: str | None, well: str) -> str:
    return f'<b class="{"bad" if trouble else "good"}"></b>{escape(trouble or well)}'


PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$customer phone line</title>
<style>
:root { color-scheme: light dark; --ink: #1c2330; --dim: #647086; --card: #fff; --ground: #eef1f6; --edge: #dfe4ec }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf2; --dim: #94a0b8; --card: #1a202c; --ground: #10141c; --edge: #2a3344 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { width: min(44rem, 100%); background: var(--card); border: 1px solid var(--edge); border-radius: 14px;
  padding: clamp(1.25rem, 4vw, 2.5rem) }
h1 { margin: 0 0 .25rem; font-size: 1.7rem; letter-spacing: -.01em }
p { margin: 0 0 1.5rem; color: var(--dim) }
dl { display: grid; grid-template-columns: 9rem 1fr; gap: .8rem 1rem; margin: 0 }
dt { color: var(--dim) } dd { margin: 0; overflow-wrap: anywhere }
code { font: .92em ui-monospace, monospace; background: var(--ground); padding: .2em .45em; border-radius: 6px }
b { display: inline-block; width: .65rem; height: .65rem; border-radius: 50%; margin-right: .55rem }
.good { background: #2f9e57 } .bad { background: #d64545 }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: .1rem } dd { margin-bottom: .8rem } }
</style></head>
<body><main>
<h1>$customer phone line</h1>
<p>Callers prove who they are with an Okta factor, a code by text message or a request in Okta Verify,
and then hear their balance.</p>
<dl>
<dt>Voice webhook</dt><dd>$webhook$where</dd>
<dt>Backend</dt><dd>$backend</dd>
<dt>Signatures</dt><dd>$signatures</dd>
<dt>Calls and limits</dt><dd>$store</dd>
<dt>Identity</dt><dd>$identity</dd>
<dt>Accounts</dt><dd>$accounts</dd>
</dl>
</main></body></html>
""")
