"""Choose who is calling: one of the network's people, or any number typed in; how carriers vouch for it, and
which factor the person prefers.

The directory keeps the preference; where there is none to ask, nothing is said of it.
"""

from collections.abc import Awaitable, Callable, Mapping

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from simulator.network import Person
from simulator.numbers import Stir, e164
from simulator.phone.dialogs import Dialog
from simulator.phone.model.mobile import FactorPreferences, factor_name
from simulator.phone.panes.pieces import Cap, key_face
from simulator.phone.plain import for_reading
from simulator.printable import printable

_VOUCHED: Mapping[Stir | None, str] = {
    None: "as usual for it",
    "A": "fully (A)",
    "B": "partly (B)",
    "C": "by a gateway (C)",
    "failed": "forged signature",
    "none": "not signed",
}


class NumberInput(Input):
    """Leaves letters to the dialog's own keys."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return super().check_consume_key(key, character) and not (character or "").isalpha()


class ChooseCaller(Dialog[str]):
    """Gives the number of the one who is to call."""

    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("f", "change_factor", "Change the factor", show=False),
        Binding("u", "undo", "Undo", show=False),
        Binding("s", "change_stir", "Change how the number is vouched for", show=False, priority=True),
    ]

    def __init__(
        self,
        people: tuple[Person, ...],
        chosen: str,
        preferences: FactorPreferences | None,
        tell: Callable[[Awaitable[None]], Awaitable[bool]],
        *,
        stir: Stir | None,
        change_stir: Callable[[], Stir | None],
    ) -> None:
        """`tell` has the directory do something and says so when it does not; `change_stir` gives the next way."""
        super().__init__()
        self._people = people
        self._chosen = chosen
        self._preferences = preferences
        self._tell = tell
        self._stir = stir
        self._change_stir = change_stir

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label("Who is calling?", classes="dialog-title")
            yield NumberInput(
                placeholder="any number, then Enter",
                id="any-number",
                restrict=r"[\d+ ().-]*",
                select_on_focus=False,
            )
            yield OptionList(*(Option(self._draw(person), id=person.number) for person in self._people), id="people")
            if self._preferences is not None:
                with Horizontal(id="factors"):
                    yield Cap(
                        key_face("f", "Change the factor"),
                        "screen.change_factor",
                        classes="small -plain",
                        id="change-factor",
                    )
                    yield Cap(key_face("u", "As it was"), "screen.undo", classes="small -plain", id="undo-factors")
            yield Cap(self._vouching(), "screen.change_stir", classes="small -plain", id="change-stir")

    def on_mount(self) -> None:
        people = self.query_one(OptionList)
        people.display = bool(self._people)
        numbers = [person.number for person in self._people]
        people.highlighted = numbers.index(self._chosen) if self._chosen in numbers else 0
        (people if self._people else self.query_one(Input)).focus()
        self._draw_factors()

    def on_key(self, event: events.Key) -> None:
        """Digits belong to the number field, wherever the cursor is."""
        typed, field = event.character or "", self.query_one(Input)
        if not field.has_focus and typed and (typed.isdecimal() or typed in "+("):
            event.stop()
            field.focus()
            field.insert_text_at_cursor(typed)

    async def action_change_factor(self) -> None:
        """Prefer the next factor for the person under the cursor."""
        person = self.query_one(OptionList).highlighted_option
        if self._preferences is not None and person is not None and person.id in self._preferences.by_number:
            await self._tell(self._preferences.change(person.id))
            self._draw_factors()

    def action_change_stir(self) -> None:
        """Choose the next way in which the network may vouch for the number."""
        self._stir = self._change_stir()
        self.query_one("#change-stir", Cap).draw(self._vouching())

    def _vouching(self) -> Content:
        return key_face("s", f"Vouched for (SHAKEN/STIR): {_VOUCHED[self._stir]}")

    async def action_undo(self) -> None:
        if self._preferences is not None:
            await self._tell(self._preferences.undo())
            self._draw_factors()

    def _draw_factors(self) -> None:
        if self._preferences is None:
            return
        self.query_one("#undo-factors").display = self._preferences.is_changed
        for position, person in enumerate(self._people):
            self.query_one(OptionList).replace_option_prompt_at_index(position, self._draw(person))

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    @on(Input.Submitted)
    def _take_number(self, event: Input.Submitted) -> None:
        typed = event.value.strip()
        number = e164(typed) if typed else None
        if typed and number is None:
            self.notify(f"{typed} is not a number: write it as (773) 555-1234 or +442079460000", severity="warning")
        else:
            self.dismiss(number)

    def _draw(self, person: Person) -> Content:
        parts: list[tuple[str, str]] = [
            (printable(person.name), "bold"),
            (f"  {for_reading(person.number)}\n", "$foreground-muted"),
            (printable(person.note), "$foreground-muted italic"),
        ]
        if self._preferences is not None and person.number in self._preferences.by_number:
            parts.append((f"  prefers {factor_name(self._preferences.by_number[person.number])}", "$text-accent"))
        return Content.assemble(*parts)
