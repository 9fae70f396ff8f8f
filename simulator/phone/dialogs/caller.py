"""Who is calling: somebody of the network's people, or any number that is typed."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from simulator.network import Person
from simulator.phone.dialogs.frame import Dialog
from simulator.phone.drawing.plain import printable
from simulator.phone.model.numbers import as_dialled, for_reading


class ChooseCaller(Dialog[str]):
    """Gives the number of the one who is to call."""

    def __init__(self, people: tuple[Person, ...], chosen: str) -> None:
        super().__init__()
        self._people = people
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label("Who is calling?", classes="dialog-title")
            yield OptionList(*(Option(_draw(person), id=person.number) for person in self._people))
            yield Input(placeholder="or any number, then Enter", id="any-number", restrict=r"[\d+ ().-]*")

    def on_mount(self) -> None:
        people = self.query_one(OptionList)
        people.display = bool(self._people)
        numbers = [person.number for person in self._people]
        people.highlighted = numbers.index(self._chosen) if self._chosen in numbers else 0
        (people if self._people else self.query_one(Input)).focus()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    @on(Input.Submitted)
    def _take_number(self, event: Input.Submitted) -> None:
        number = as_dialled(event.value)
        self.dismiss(number or None)


def _draw(person: Person) -> Content:
    return Content.assemble(
        (printable(person.name), "bold"),
        (f"  {for_reading(person.number)}\n", "$foreground-muted"),
        (printable(person.note), "$foreground-muted italic"),
    )
