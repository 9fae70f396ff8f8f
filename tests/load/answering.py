"""An application to be loaded: checks every signature, and answers each caller in a way of their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from twilio.request_validator import RequestValidator

TOKEN = "abcdef0123456789abcdef0123456789"
WELL, FAILS, LEADS_AWAY, SAYS_OTHERWISE = "+15550000001", "+15550000002", "+15550000003", "+15550000004"
_ACTION = "/next%20page?plus=%2B1&amp;space=a+b"
_GATHER = f'<Response><Gather numDigits="1" action="{_ACTION}"><Say>Hi</Say></Gather></Response>'
_END = "<Response><Say>Done</Say></Response>"


@dataclass
class Application:
    """What it saw."""

    url: str = ""
    paths: list[str] = field(default_factory=list)
    forged: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    sids: set[str] = field(default_factory=set)
    ended: list[str] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def answer(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        url = f"http://{request.host}{request.raw_path}"
        if not RequestValidator(TOKEN).validate(url, form, request.headers["X-Twilio-Signature"]):
            self.forged.append(url)
        async with self.changed:
            self.paths.append(request.raw_path)
            self.sids.add(form["CallSid"])
            if request.path == "/status":
                self.ended.append(form["CallStatus"])
            self.changed.notify_all()
        if request.path == "/status":
            return web.Response()
        if form["From"] == FAILS:
            return web.Response(status=500)
        if form["From"] == LEADS_AWAY:
            raise web.HTTPFound("http://192.0.2.1/voice")
        if request.path == "/voice":
            reply = web.Response(text=_GATHER, content_type="text/xml")
            reply.set_cookie("call", form["CallSid"])
            return reply
        self.cookies.append(request.cookies.get("call", ""))
        return web.Response(text=_END, content_type="text/xml")

    async def until_calls(self, count: int) -> None:
        """Returns when so many calls have come."""
        async with asyncio.timeout(60), self.changed:
            await self.changed.wait_for(lambda: len(self.sids) >= count)


@asynccontextmanager
async def answering() -> AsyncIterator[Application]:
    """Serves it on loopback."""
    application = Application()
    app = web.Application()
    app.router.add_route("POST", "/{path:.*}", application.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        application.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield application
    finally:
        await runner.cleanup()
