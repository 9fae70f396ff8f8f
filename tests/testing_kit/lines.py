"""Small lines for machines and drawings: a WSGI one with a menu, a code and support, right or with a bug in it.

And a server for such lines.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

Answer = Callable[[dict[str, str]], str]
MENU = (
    '<Gather numDigits="1" action="/menu"><Say>For your balance press 1, for sales press 2.</Say></Gather>'
    "<Say>Goodbye.</Say>"
)
CODE = '<Gather numDigits="4" action="/code"><Say>Your code, please.</Say></Gather><Redirect>/voice</Redirect>'


def wsgi(pages: dict[str, Answer]) -> Callable[..., Iterable[bytes]]:
    """An application whose pages give the verbs of a document; what a page raises is an answer 500."""

    def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        params = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        verbs = pages[environ["PATH_INFO"]](params)
        start_response("200 OK", [("Content-Type", "text/xml")])
        return [f"<Response>{verbs}</Response>".encode()]

    return application


class Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del code, size


@contextmanager
def served(application: Callable[..., Iterable[bytes]]) -> Iterator[str]:
    """Over HTTP on loopback; yields the base of its URLs."""
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def menu(params: dict[str, str]) -> str:
    """What the keys of the menu lead to."""
    return {"1": CODE, "2": "<Dial action='/after'>+13125550199</Dial>"}.get(
        params["Digits"], "<Say>Sorry.</Say><Redirect>/voice</Redirect>"
    )


GOOD: dict[str, Answer] = {
    "/voice": lambda _: MENU,
    "/menu": menu,
    "/code": lambda _: "<Say>Your balance is 142 dollars.</Say><Hangup/>",
    "/after": lambda _: "<Say>Goodbye.</Say>",
}
"""Nothing a caller does ends in an error."""


def stumbling(params: dict[str, str]) -> str:
    """Never meant that a code could be too short, or have a star in it."""
    return f"<Say>{int(params['Digits'][3])}</Say>"


BAD = GOOD | {"/code": stumbling}
