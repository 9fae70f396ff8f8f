"""How trouble made on purpose looks: the line that names it while it is on, and a row of the list. Switches nothing."""

from collections.abc import Sequence

from textual.content import Content

from simulator.phone.drawing.plain import printable
from simulator.phone.model.troubles import Offer, label_of

SIGN = "↯"


def draw_on(names: Sequence[str], width: int) -> Content:
    """What is broken, in one line; with little room how many more there are."""
    labels = [printable(label_of(name)) for name in names]
    shown = len(labels)
    while shown > 1 and len(_words(labels, shown)) > width:
        shown -= 1
    return Content.assemble((_words(labels, shown), "bold $text-error"))


def draw_offer(offer: Offer) -> Content:
    """On or off, what it is called, and what it does; or why it cannot be made here."""
    if offer.why_not:
        return Content.assemble((f"  {offer.label:<17} ", "$text-disabled"), (offer.why_not, "$text-disabled italic"))
    sign, style = (SIGN, "bold $text-error") if offer.is_on else (" ", "bold")
    return Content.assemble(
        (f"{sign} {printable(offer.label):<17} ", style), (printable(offer.meaning), "$foreground-muted")
    )


def _words(labels: Sequence[str], shown: int) -> str:
    more = f" and {len(labels) - shown} more" if shown < len(labels) else ""
    return f" {SIGN} {', '.join(labels[:shown])}{more}"
