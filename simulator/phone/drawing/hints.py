"""What stands in the conversation while there is none. Pure text."""

from textual.content import Content

from simulator.phone.drawing.plain import printable

_KEY = "bold $footer-key-foreground"
_SOFT = "$foreground-muted"


def draw_welcome() -> Content:
    """The one thing a visitor has to know."""
    return Content.assemble(
        *(("Press ", _SOFT), ("c", _KEY), (" or click ", _SOFT), ("Call", "bold"), (" to call this line.\n\n", _SOFT)),
        *(("p", _KEY), (" chooses who is calling, ", _SOFT), ("?", _KEY), (" shows all keys.", _SOFT)),
    )


def draw_starting() -> Content:
    """The network is being opened."""
    return Content.assemble(("Starting the line…", _SOFT))


def draw_failure(reason: str) -> Content:
    """The network could not be opened."""
    return Content.assemble((printable(reason), "$text-error"), ("\n\nCtrl+Q leaves.", _SOFT))
