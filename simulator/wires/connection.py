"""One connection to an HTTP server: writes a request, reads its reply, keeps the times. Knows neither URLs nor codes.

The parser is llhttp's, by httptools; what it does not judge (how long a head may be, where a body without a length
ends) is judged here.
"""

import asyncio
import re
from collections.abc import Callable
from typing import Literal, cast

import httptools

from simulator.wires.body import BodyReader
from simulator.wires.wire import WireError

_BREACHES = (
    ("status line", "its first line is not a status line of HTTP"),
    ("Expected HTTP", "its first line is not a status line of HTTP"),
    ("HTTP version", "its first line is not a status line of HTTP"),
    ("status", "its first line is not a status line of HTTP"),
    ("when reading", "a line of its head is too long"),
    ("Too many headers", "its head has too many lines"),
    ("Content-Length", "its Content-Length is malformed"),
    ("chunk size", "its body's chunks are malformed"),
    ("satisfy", "its body ends too early"),
    ("header", "its head has a line that is not a header"),
)
"""What the messages of HTTP parsers have in them (llhttp's, aiohttp's), and what that means."""


def breach_of(message: str) -> str:
    """The meaning of a parser's message."""
    return next((meaning for part, meaning in _BREACHES if part in message), "its reply cannot be read")


MOST_LINES, LONGEST_LINE, LONGEST_HEAD = 128, 8190, 131_072
"""Of a reply's head, in lines and octets: confidence L, about what most servers and proxies allow."""
TOO_LONG = "a line of its head is too long"
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
Headers = list[tuple[str, str]]


class ClosedError(Exception):
    """The server closed the connection before its reply was there; `has_begun`: after something had come."""

    def __init__(self, *, has_begun: bool) -> None:
        super().__init__("closed")
        self.has_begun = has_begun


class BrokenReplyError(Exception):
    """The reply is not HTTP; the text says what is wrong with it."""


class TimesUpError(Exception):
    """It took too long: to `connect`, because of `silence`, or in `total`."""

    def __init__(self, what: Literal["connect", "silence", "total"]) -> None:
        super().__init__(what)
        self.what = what


class Connection(asyncio.Protocol):
    """Used for one exchange after the other. `on_close` is told when it can no longer be used."""

    def __init__(self, loop: asyncio.AbstractEventLoop, on_close: Callable[["Connection"], None]) -> None:
        self.status = 0
        self.headers: Headers = []
        self.body: BodyReader
        self.is_reusable = False
        self._loop = loop
        self._on_close = on_close
        self._parser = httptools.HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(
            lenient_headers=True, lenient_optional_cr_before_lf=True, lenient_spaces_after_chunk_size=True
        )  # as HTTP clients in wide use have them: folded headers, line feeds alone
        self._transport: asyncio.Transport | None = None
        self._reply: asyncio.Future[None] | None = None
        self._make_body: Callable[[Headers], BodyReader]
        self._trouble: Exception | None = None
        self._is_in_body = self._is_sized = self._is_closed = False
        self._head = 0
        self._heard = 0.0

    async def exchange(
        self, payload: bytes, *, until: float, silence: float, make_body: Callable[[Headers], BodyReader]
    ) -> None:
        """Send a request and wait until status, headers and body are there.

        `until` is the loop's time at which it has taken too long, `silence` the seconds without anything that are too
        many. Raises TimesUpError, ClosedError, BrokenReplyError or what the body raises (WireError);
        then the connection is closed.
        """
        if self._is_closed or self._transport is None:
            raise ClosedError(has_begun=False)
        loop = self._loop
        self._reply = reply = loop.create_future()
        self._make_body = make_body
        self.headers, self.status, self.is_reusable = [], 0, False
        self._is_in_body, self._head, self._trouble = False, 0, None
        self._heard = loop.time()
        self._transport.write(payload)
        timer = loop.call_at(min(until, self._heard + silence), self._look, until, silence)
        self._timer = timer
        try:
            await reply
        finally:
            self._timer.cancel()
            self._reply = None
            if not self.is_reusable:
                self.close()

    def close(self) -> None:
        """Without waiting for anybody."""
        if self._transport is not None:
            self._transport.abort()

    # ------------------------------------------------------------ asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are not of this class

    def data_received(self, data: bytes) -> None:
        if self._reply is None or self._reply.done():
            self.close()  # nobody has asked
            return
        self._heard = self._loop.time()
        if not self._is_in_body:
            self._head += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:  # to what, nobody has asked
            self._end() if self._is_in_body else self._fail(BrokenReplyError("its reply cannot be read"))
        except httptools.HttpParserError as error:
            self._fail(self._trouble or BrokenReplyError(breach_of(str(error))))
        else:
            if not self._is_in_body and self._head > LONGEST_HEAD:
                self._fail(BrokenReplyError(TOO_LONG))

    def eof_received(self) -> None:
        """The connection is closed then."""

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_closed = True
        if self._reply is not None and not self._reply.done():
            if not self._is_in_body:
                self._fail(ClosedError(has_begun=self._head > 0))
            elif self._is_sized or exc is not None:
                self._fail(BrokenReplyError("its body ends too early"))
            else:
                self._end()
        self._on_close(self)

    # ------------------------------------------------------------ the parser's side

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(name) + len(value) > LONGEST_LINE:
            raise self._noted(BrokenReplyError(TOO_LONG))
        if len(self.headers) >= MOST_LINES:
            raise self._noted(BrokenReplyError("its head has too many lines"))
        if _CONTROL.search(value) is not None:
            raise self._noted(BrokenReplyError("its head has a line that is not a header"))
        self.headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        if self.status < 100:
            raise self._noted(BrokenReplyError("its first line is not a status line of HTTP"))
        if self._is_interim:
            return
        self._is_in_body = True
        self._is_sized = any(name.lower() in ("content-length", "transfer-encoding") for name, _ in self.headers)
        try:
            self.body = self._make_body(self.headers)
        except WireError as error:
            raise self._noted(error) from None

    def on_body(self, part: bytes) -> None:
        try:
            self.body.add(part)
        except WireError as error:
            raise self._noted(error) from None
        if self.body.is_full and self._reply is not None and not self._reply.done():
            self._reply.set_result(None)

    def on_message_complete(self) -> None:
        if self._is_interim:
            self.headers = []
            return
        self.is_reusable = self._parser.should_keep_alive() and not self.body.is_full
        self._end()

    # ------------------------------------------------------------ both

    @property
    def _is_interim(self) -> bool:
        """A reply before the reply, such as 100 Continue."""
        return 100 <= self.status < 200 and self.status != 101

    def _noted(self, error: Exception) -> Exception:
        """The error, kept: the parser raises its own in its place."""
        self._trouble = error
        return error

    def _look(self, until: float, silence: float) -> None:
        """Is the time over? What was heard since moves it on."""
        at = min(until, self._heard + silence)
        if at > self._loop.time():
            self._timer = self._loop.call_at(at, self._look, until, silence)
        else:
            self._fail(TimesUpError("total" if at >= until else "silence"))

    def _end(self) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_result(None)

    def _fail(self, error: Exception) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(error)
