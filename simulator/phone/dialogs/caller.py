"""Who is calling: somebody of the network's people, or any number that is typed; and which factor they prefer.

The directory keeps the preference; where there is none to ask, nothing is said of it.
"""

from collections.abc import Awaitable, Callable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from simulator.network import Person
from simulator.phone.dialogs.frame import Dialog
from simulator.phone.drawing.plain import printable
from simulator.phone.model.numbers import as_dialled, for_reading
from simulator.phone.model.preferences import Wishes, factor_name
from simulator.phone.widgets.drawn import Cap


class ChooseCaller(Dialog[str]):
    """Gives the number of the one who is to call."""

    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("f", "change_factor", "Change the factor", show=False),
        Binding("u", "undo", "Undo", show=False),
    ]

    def __init__(
        self,
        people: tuple[Person, ...],
        chosen: str,
        wishes: Wishes | None,
        tell: Callable[[Awaitable[None]], Awaitable[bool]],
    ) -> None:
        """`tell` has the directory do something and says so when it does not."""
        super().__init__()
        self._people = people
        self._chosen = chosen
        self._wishes = wishes
        self._tell = tell

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label("Who is calling?", classes="dialog-title")
            yield OptionList(*(Option(self._draw(person), id=person.number) for person in self._people))
            if self._wishes is not None:
                with Horizontal(id="factors"):
                    yield Cap(
                        _face("f", "Change the factor"),
                        "screen.change_factor",
                        classes="small -plain",
                        id="change-factor",
                    )
                    yield Cap(_face("u", "As it was"), "screen.undo", classes="small -plain", id="undo-factors")
            yield Input(placeholder="or any number, then Enter", id="any-number", restrict=r"[\d+ ().-]*")

    def on_mount(self) -> None:
        people = self.query_one(OptionList)
        people.display = bool(self._people)
        numbers = [person.number for person in self._people]
        people.highlighted = numbers.index(self._chosen) if self._chosen in numbers else 0
        (people if self._people else self.query_one(Input)).focus()
        self._draw_factors()

    async def action_change_factor(self) -> None:
        """The next factor for the person under the cursor."""
        person = self.query_one(OptionList).highlighted_option
        if self._wishes is not None and person is not None and person.id in self._wishes.by_number:
            await self._tell(self._wishes.change(person.id))
            self._draw_factors()

    async def action_undo(self) -> None:
        if self._wishes is not None:
            await self._tell(self._wishes.undo())
            self._draw_factors()

    def _draw_factors(self) -> None:
        if self._wishes is None:
            return
        self.query_one("#undo-factors").display = self._wishes.is_changed
        for position, person in enumerate(self._people):
            self.query_one(OptionList).replace_option_prompt_at_index(position, self._draw(person))

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    @on(Input.Submitted)
    def _take_number(self, event: Input.Submitted) -> None:
        number = as_dialled(event.value)
        self.dismiss(number or None)

    def _draw(self, person: Person) -> Content:
        parts: list[tuple[str, str]] = [
            (printable(person.name), "bold"),
            (f"  {for_reading(person.number)}\n", "$foreground-muted"),
            (printable(person.note), "$foreground-muted italic"),
        ]
        if self._wishes is not None and person.number in self._wishes.by_number:
            parts.append((f"  prefers {factor_name(self._wishes.by_number[person.number])}", "$text-accent"))
        return Content.assemble(*parts)


def _face(key: str, label: str) -> Content:
    return Content.assemble((f" {key} ", "$footer-key-foreground bold"), f"{label} ")
