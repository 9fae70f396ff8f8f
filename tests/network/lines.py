"""A small application that a test serves for the network to call: a menu, a code, a dial, a conference."""

from typing import Any
from urllib.parse import parse_qs

MENU = (
    '<Response><Gather numDigits="1" timeout="5" action="/pressed"><Say>Press one, or two.</Say></Gather>'
    "<Say>Nothing was pressed.</Say></Response>"
)
ROOM = "<Response><Dial><Conference>room</Conference></Dial></Response>"


class Line:
    """The ASGI application; `asked` is what was asked of it: path and parameters."""

    def __init__(self, **pages: str) -> None:
        self.pages = {"/voice": MENU, "/pressed": "<Response><Say>Thank you.</Say></Response>", "/room": ROOM}
        self.pages |= {f"/{name}": page for name, page in pages.items()}
        self.asked: list[tuple[str, dict[str, str]]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # ASGI's own types
        if scope["type"] == "lifespan":
            while True:
                kind = (await receive())["type"].removeprefix("lifespan.")
                await send({"type": f"lifespan.{kind}.complete"})
                if kind == "shutdown":
                    return
        body = b""
        while (message := await receive()).get("more_body"):
            body += message["body"]
        params = {name: values[-1] for name, values in parse_qs((body + message["body"]).decode()).items()}
        self.asked.append((scope["path"], params))
        page = self.pages.get(scope["path"], "<Response/>")
        headers = [(b"content-type", b"text/xml")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": page.encode()})
