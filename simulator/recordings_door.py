"""A loopback door to recordings, so that an application can fetch its RecordingUrl. Serves sound, no REST API.

    async with served_recordings(operator.recordings) as base:
        operator.exchange.recordings_base = base

Like Twilio's own media it asks for no password (its default), and gives WAV without an extension or with `.wav`.
`.mp3` is refused by name: there is no encoder here.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from simulator.exchange.parameters import API_VERSION
from simulator.own_pages import is_own
from simulator.recordings import Recordings, wav_chunks, wav_size

LOOPBACK = "127.0.0.1"


@asynccontextmanager
async def served_recordings(recordings: Recordings, *, port: int = 0) -> AsyncIterator[str]:
    """Serve them while the context lasts; yields the base of their URLs. Port 0: any free one."""
    application = web.Application()

    async def answer(request: web.Request) -> web.StreamResponse:
        return await _answer(request, recordings)

    application.router.add_get(f"/{API_VERSION}/Accounts/{{account}}/Recordings/{{name}}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, LOOPBACK, port)
        await site.start()
        host, bound = runner.addresses[0][:2]
        yield f"http://{host}:{bound}"
    finally:
        await runner.cleanup()


async def _answer(request: web.Request, recordings: Recordings) -> web.StreamResponse:
    if not is_own(request.headers.get("Host"), request.headers.get("Origin")):
        return _refuse(403, 0, "This server answers programs on this machine only")
    sid, _, kind = request.match_info["name"].partition(".")
    recorded = recordings.get(sid)
    if recorded is None or request.match_info["account"] not in recorded.url:
        return _refuse(404, 20404, f"The requested resource {request.path} was not found")
    if kind not in ("", "wav"):
        return _refuse(501, 0, f".{kind} is not simulated: leave the extension out, or ask for .wav")
    length = wav_size(recorded.seconds, recorded.channels)
    response = web.StreamResponse(headers={"Content-Type": "audio/x-wav", "Content-Length": str(length)})
    await response.prepare(request)
    if request.method != "HEAD":
        for chunk in wav_chunks(recorded.seconds, recorded.channels):
            await response.write(chunk)
    await response.write_eof()
    return response


def _refuse(status: int, code: int, message: str) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{code}" if code else ""
    body = {"code": code, "message": message, "more_info": more, "status": status}
    return web.json_response(body, status=status)
