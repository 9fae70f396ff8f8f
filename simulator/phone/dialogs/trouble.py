"""What is to go wrong: every trouble there is, switched on and off while the list stays open. Holds no rules."""

from collections.abc import Awaitable, Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from simulator.phone.dialogs.frame import Dialog
from simulator.phone.drawing.trouble import draw_offer
from simulator.phone.model.troubles import Offer


class MakeTrouble(Dialog[None]):
    """Gives no answer: what is chosen happens at once. `switch` switches one by its name, `mend` switches all off."""

    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("b", "close", "Close", show=False),
        Binding("space", "switch", "Switch", show=False),
        Binding("B", "mend", "Mend all", show=False),
    ]

    def __init__(
        self,
        offers: Callable[[], Sequence[Offer]],
        switch: Callable[[str], Awaitable[None]],
        mend: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._offers, self._switch, self._mend = offers, switch, mend

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="trouble-dialog"):
            yield Label("What is to go wrong? From the next request on", classes="dialog-title")
            yield OptionList(*(_option(offer) for offer in self._offers()))
            yield Label("Enter switches, B mends all, Esc closes", classes="dialog-hint")

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    @on(OptionList.OptionSelected)
    async def _take(self, event: OptionList.OptionSelected) -> None:
        if event.option_id is not None:
            await self._switch(event.option_id)
            self._draw()

    def action_switch(self) -> None:
        self.query_one(OptionList).action_select()

    async def action_mend(self) -> None:
        await self._mend()
        self._draw()

    def _draw(self) -> None:
        options = self.query_one(OptionList)
        for offer in self._offers():
            options.replace_option_prompt(offer.name, draw_offer(offer))


def _option(offer: Offer) -> Option:
    return Option(draw_offer(offer), id=offer.name, disabled=bool(offer.why_not))
