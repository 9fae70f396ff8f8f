"""Any framework-free handler as a Quart application: translation only, no rules and no routes of its own."""

from collections.abc import Awaitable, Callable

from quart import Quart, request
from quart import Response as QuartResponse
from werkzeug.exceptions import HTTPException

from fakes.web import Answering, Request, Response

LARGEST_BODY = 32 * 1024 * 1024  # the handler refuses far earlier, in its own words


class QuartAdapter(Quart):
    """A Quart application whose every request goes to one handler, which `answer` also gives to other doors."""

    def __init__(self, name: str, handler: Answering, sleep: Callable[[float], Awaitable[None]] | None) -> None:
        super().__init__(name, static_folder=None)
        self.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
        self.config["RESPONSE_TIMEOUT"] = None  # a `slow_by` of minutes is allowed
        self._handler = handler
        self._sleep = sleep
        self.before_request(self._any)  # answers before any routing: compiling rules costs milliseconds an application
        self.register_error_handler(HTTPException, self._unusual)

    def answer(self, request: Request) -> Response:
        return self._handler.answer(request)

    async def _any(self) -> QuartResponse:
        return await self._serve(await request.body)

    async def _unusual(self, error: HTTPException) -> QuartResponse:
        """What Quart refuses before routing (a strange verb, a huge body) is still answered by the handler."""
        return await self._serve(b"", too_large=error.code == 413)

    async def _serve(self, body: bytes, *, too_large: bool = False) -> QuartResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if too_large:
            headers["content-length"] = str(LARGEST_BODY + 1)
        response = self._handler.answer(
            Request(
                method=request.method,
                base=f"{request.scheme}://{request.host}",
                path=request.scope["raw_path"].decode("latin-1").partition("?")[0] or request.path,
                query=request.query_string.decode("latin-1"),
                headers=headers,
                body=body,
            )
        )
        if response.delay and self._sleep is not None:
            await self._sleep(response.delay)
        answered = QuartResponse(response.body, response.status)
        del answered.headers["Content-Type"]
        for name, value in response.headers:
            answered.headers.add(name, value)
        return answered
