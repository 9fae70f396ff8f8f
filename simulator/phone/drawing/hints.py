"""What stands in the conversation while there is none. Pure text."""

from textual.content import Content

from simulator.phone.drawing.plain import printable

_KEY = "bold $footer-key-foreground"


def draw_welcome() -> Content:
    """The one thing a visitor has to know."""
    return Content.assemble(
        ("Press ", "$text-muted"), ("c", _KEY), (" or click ", "$text-muted"), ("Call", "bold"),
        (" to call this line.\n\n", "$text-muted"),
        ("p", _KEY), (" chooses who is calling, ", "$text-muted"), ("?", _KEY), (" shows all keys.", "$text-muted"),
    )  # fmt: skip


def draw_starting() -> Content:
    """The network is being opened."""
    return Content.assemble(("Starting the line…", "$text-muted"))


def draw_failure(reason: str) -> Content:
    """The network could not be opened."""
    return Content.assemble((printable(reason), "$text-error"), ("\n\nCtrl+Q leaves.", "$text-muted"))
