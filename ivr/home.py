"""The home page: what this line is, the address to give Twilio, how its services are; nothing secret."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from html import escape
from string import Template

from ivr.line import Line
from ivr.webhooks.turn import WELCOME

HEALTH_PATIENCE = 3.0  # seconds
HEALTH_IS_FRESH = 15.0  # seconds: whoever reloads the page does not reload Okta


class HomePage:
    """The page of one line; it remembers how the services were, for a few seconds."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._asked_at = float("-inf")
        self._health: tuple[str | None, str | None] = (None, None)

    async def html(self, base: str) -> str:
        """The page, for an application that is reached at `base`."""
        identity, accounts = await self._looked_after()
        settings = self._line.settings
        return PAGE.substitute(
            customer=escape(settings.customer_name),
            webhook=escape(base + WELCOME),
            backend=escape(settings.backend),
            signatures="checked" if settings.twilio_auth_token else "not checked (TWILIO_AUTH_TOKEN is not set)",
            identity=_lamp(identity, "Okta answers."),
            accounts=_lamp(accounts, "The accounts API is in order, as far as is known."),
        )

    async def _looked_after(self) -> tuple[str | None, str | None]:
        now = self._line.now()
        if now - self._asked_at >= HEALTH_IS_FRESH:
            checks = _patiently(self._line.identity.health()), _patiently(self._line.accounts.health())
            self._health = await asyncio.gather(*checks)
            self._asked_at = now
        return self._health


async def _patiently(check: Awaitable[str | None]) -> str | None:
    try:
        return await asyncio.wait_for(check, HEALTH_PATIENCE)
    except TimeoutError:
        return "No answer in time."


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
<dt>Voice webhook</dt><dd><code>$webhook</code> (POST)</dd>
<dt>Backend</dt><dd>$backend</dd>
<dt>Signatures</dt><dd>$signatures</dd>
<dt>Identity</dt><dd>$identity</dd>
<dt>Accounts</dt><dd>$accounts</dd>
</dl>
</main></body></html>
""")
