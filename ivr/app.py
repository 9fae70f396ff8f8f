"""The line as a Quart application: addresses, bodies and status codes; what is said is decided in `ivr.webhooks`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Any, cast

from quart import Quart, Response, request
from werkzeug.exceptions import BadHost, HTTPException
from werkzeug.routing import Map

from ivr.callers import fault
from ivr.home import Health, HomePage
from ivr.line import Line
from ivr.webhooks.dispatch import PATIENCE, handle_call_status, handle_webhook, note_refusal
from ivr.webhooks.pages import ALIVE, BESIDE_THE_PAGES, HOME, PAGES, READY, Page, name_of
from ivr.webhooks.request import RefusedError, parse_webhook
from ivr.webhooks.results import CALL_STATUS, Goodbye

__all__ = ["Line", "create_app"]

log = logging.getLogger("ivr.app")

MOST_BYTES = 64 * 1024
BODY_PATIENCE = 5

GOING_ON = "ivr.going_on"  # in an ASGI scope: the task that goes on after the answer


def create_app(line: Line, pages: Sequence[Page] = PAGES, *, patience: float = PATIENCE) -> Quart:
    """Make an ASGI application for this line. Webhooks take POST (Twilio's default) and GET.

    A webhook that is not done after `patience` seconds is answered with an apology: Twilio waits 15.
    """
    app = _Application("ivr", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["BODY_TIMEOUT"] = BODY_PATIENCE

    app.url_map = _addresses(tuple(page.path for page in pages))
    for page in pages:
        app.endpoint(page.path)(_webhook(line, page, patience))

    @app.endpoint(CALL_STATUS)
    async def call_status() -> Response:
        return await _told(line, patience)

    health = Health(line)
    front = HomePage(line, health)

    @app.endpoint(HOME)
    async def home() -> Response:
        return Response(await front.html(), mimetype="text/html")

    @app.endpoint(ALIVE)
    async def alive() -> dict[str, object]:
        return {"alive": True}

    @app.endpoint(READY)
    async def ready() -> tuple[dict[str, object], int]:
        is_ready, words = await health.report()
        return words, 200 if is_ready else 503

    @app.errorhandler(Exception)
    async def unforeseen(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException):
            return error
        log.error("%s failed: %s", name_of(request.method, request.path), fault(error))
        return _twiml(line.render(Goodbye((line.phrases.trouble,))))

    @app.after_serving
    async def close() -> None:
        await line.background.close()
        await line.directory.close()
        await line.accounts.close()
        await line.calls.close()
        if line.dialler is not None:
            await line.dialler.close()

    return app


@lru_cache(maxsize=8)
def _addresses(pages: tuple[str, ...]) -> Map:
    """The line's addresses, which every application of it shares: compiling them is most of what one costs to make."""
    bare = Quart("ivr", static_folder=None)
    bare.url_map.merge_slashes = False  # it would send on, to whatever host the request names
    for path in pages:
        bare.add_url_rule(path, path, methods=["GET", "POST"])
    bare.add_url_rule(CALL_STATUS, CALL_STATUS, methods=["POST"])
    for path, endpoint in BESIDE_THE_PAGES.items():
        bare.add_url_rule(path, endpoint)
    return bare.url_map


class _Application(Quart):
    """Quart lets a Host header that is not a name escape as an exception, before any handler of ours is asked."""

    async def asgi_app(self, scope: Any, receive: Any, send: Any) -> None:
        """See Quart; the types are Hypercorn's."""
        try:
            await super().asgi_app(scope, receive, send)
            if GOING_ON in scope:  # answered, and not done: who waits for this application, waits for all of it
                await asyncio.wait({scope[GOING_ON]})
        except BadHost:
            await send({"type": "http.response.start", "status": 400, "headers": []})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def _webhook(line: Line, page: Page, patience: float) -> Callable[[], Awaitable[Response]]:
    async def webhook() -> Response:
        try:
            news = await parse_webhook(line, request)
        except RefusedError as refusal:
            note_refusal(line, page.path)
            return _refused(page.path, refusal)
        try:
            answer = await handle_webhook(line, page, news, patience)
        except RefusedError as refusal:
            return _refused(page.path, refusal)
        _go_on(answer.going_on)
        return _twiml(answer.twiml)

    return webhook


async def _told(line: Line, patience: float) -> Response:
    """Twilio says how a call ended, and wants no document."""
    try:
        work = await handle_call_status(line, await parse_webhook(line, request), patience)
    except RefusedError as refusal:
        return _refused(CALL_STATUS, refusal)
    _go_on(None if work is None else line.background.start(work()))
    return Response(status=204)


def _go_on(work: asyncio.Task[None] | None) -> None:
    """This request is answered at once, and over when the work is done."""
    if work is not None:
        cast(dict[str, Any], request.scope)[GOING_ON] = work


def _refused(path: str, refusal: RefusedError) -> Response:
    log.warning("page=%s refused with %d: %s", path, refusal.status, refusal.sentence)
    return Response(refusal.sentence + "\n", status=refusal.status, mimetype="text/plain")


def _twiml(document: str) -> Response:
    """Never cached: Twilio honours cache headers on GET, and this is one caller's answer."""
    return Response(document, mimetype="text/xml", headers={"Cache-Control": "no-store"})
