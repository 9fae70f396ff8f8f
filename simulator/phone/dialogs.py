"""The questions that open over the phone: which number, what to say, what to break, which keys, how to keep a call."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from simulator.errors import SimulatorError
from simulator.files import check_writable
from simulator.phone.actions import ACTS, readable
from simulator.phone.model.troubles import Offer
from simulator.phone.panes.pieces import Cap, Drawn
from simulator.phone.plain import TROUBLE_SIGN
from simulator.phone.sharing.formats import FORMATS, Format
from simulator.phone.sharing.keeping import file_name
from simulator.printable import printable

Answer = TypeVar("Answer")
_LETTERS = "abcdefghi"
_SCREEN = "screen"


class Dialog(ModalScreen[Answer | None]):
    """A question to the person; None when they did not answer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close")]

    def action_close(self) -> None:
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.dismiss(None)


class ChooseNumber(Dialog[int]):
    """Gives the number that was tapped."""

    def __init__(self, choices: tuple[int, ...]) -> None:
        super().__init__()
        self._choices = choices
        self._typed = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label("Okta Verify: which number do you hear?", classes="dialog-title")
            with Horizontal(id="choices"):
                for letter, number in zip(_LETTERS, self._choices, strict=False):
                    face = Content.assemble((f"{letter}  ", "bold"), (f"{number}", "bold"))
                    yield Cap(face, f"screen.choose({number})", classes="button -go")
            yield Label("Type the number, or its letter; Escape closes", classes="dialog-hint")

    def on_key(self, event: events.Key) -> None:
        """Choose by a letter at once; by digits as soon as they can mean one of the numbers only, or with Enter."""
        typed = event.character or ""
        if typed and typed in _LETTERS[: len(self._choices)]:
            event.stop()
            self.action_choose(self._choices[_LETTERS.index(typed)])
        elif typed.isdecimal():
            event.stop()
            self._type(typed)
        elif event.key == "enter" and self._typed in map(str, self._choices):
            event.stop()
            self.action_choose(int(self._typed))

    def _type(self, digit: str) -> None:
        self._typed += digit
        meant = [number for number in self._choices if str(number).startswith(self._typed)]
        if len(meant) == 1 and str(meant[0]) == self._typed:
            self.action_choose(meant[0])
        elif not meant:
            self.notify(f"{self._typed} is not among them", severity="warning")
            self._typed = ""

    def action_choose(self, number: int) -> None:
        self.dismiss(number)


class SayWords(Dialog[str]):
    """Gives the words."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label("Say into the call", classes="dialog-title")
            yield Input(placeholder="words, then Enter")

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)


class MakeTrouble(Dialog[None]):
    """Gives no answer: what is chosen happens at once. `switch` switches one by its name, `mend` switches all off."""

    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("b", "close", "Close", show=False),
        Binding("space", "switch", "Switch", show=False),
        Binding("B", "mend", "Fix all", show=False),
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
            yield Label("What should fail? Starts with the next request", classes="dialog-title")
            yield OptionList(*(_option(offer) for offer in self._offers()))
            yield Label("Enter switches, B fixes all, Esc closes", classes="dialog-hint")

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
            options.replace_option_prompt(offer.name, _draw_offer(offer))


def _option(offer: Offer) -> Option:
    return Option(_draw_offer(offer), id=offer.name, disabled=bool(offer.why_not))


def _draw_offer(offer: Offer) -> Content:
    """Draw whether it is on, what it is called, and what it does; or why it cannot be made here."""
    if offer.why_not:
        return Content.assemble((f"  {offer.label:<17} ", "$text-disabled"), (offer.why_not, "$text-disabled italic"))
    sign, style = (TROUBLE_SIGN, "bold $text-error") if offer.is_on else (" ", "bold")
    return Content.assemble(
        (f"{sign} {printable(offer.label):<17} ", style), (printable(offer.meaning), "$foreground-muted")
    )


class Help(Dialog[None]):
    """Closes with any of the keys that closes a dialog, and with ? again."""

    BINDINGS = [("question_mark", "close", "Close")]  # noqa: RUF012 - Textual's way

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog", id="help"):
            yield Label("Keys", classes="dialog-title")
            yield Drawn(_draw())


def _draw() -> Content:
    lines = [_line("0-9 * #", "Press keys in a call, or type the number to dial"), _line("Ctrl+P", "Every command")]
    for group, acts in groupby(ACTS, key=lambda act: act.group):
        lines += [Content(""), Content.assemble((group, "bold $primary"))]
        lines += [_line(readable(act.keys), act.help) for act in acts]
    return Content("\n").join(lines)


def _line(keys: str, words: str) -> Content:
    return Content.assemble((f"{keys:<16} ", "$footer-key-foreground bold"), words)


@dataclass(frozen=True, slots=True)
class Kept:
    """What to write; no form means the screen itself."""

    form: Format | None
    path: Path


class KeepCall(Dialog[Kept]):
    """Gives form and file; `began` names the file."""

    def __init__(self, began: float) -> None:
        super().__init__()
        self._began = began
        self._confirmed: str | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label("Keep this call; codes and tokens are masked", classes="dialog-title")
            yield OptionList(
                *(Option(form.label, id=form.name) for form in FORMATS), Option("Screenshot (SVG)", id=_SCREEN)
            )
            yield Input(id="path")
            yield Drawn(id="path-hint")

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()
        self._name_file()

    @property
    def _form(self) -> Format | None:
        return next((form for form in FORMATS if form.name == self._chosen), None)

    @property
    def _chosen(self) -> str:
        options = self.query_one(OptionList)
        return options.get_option_at_index(options.highlighted or 0).id or _SCREEN

    @on(OptionList.OptionHighlighted)
    def _name_file(self) -> None:
        form = self._form
        self.query_one(Input).value = file_name(self._began, ".svg" if form is None else form.ending)

    @on(OptionList.OptionSelected)
    def _ask_where(self) -> None:
        path = self.query_one(Input)
        path.focus()
        self._hint("Enter writes this file.", "$foreground-muted")

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        typed = event.value.strip()
        path = Path(typed).expanduser()
        try:
            if not typed:
                return
            check_writable(path)
        except SimulatorError as error:
            self._hint(str(error), "$text-error")
            return
        if path.exists() and self._confirmed != typed:
            self._confirmed = typed
            self._hint(f"{typed} exists: Enter again replaces it, Escape does not.", "$text-warning")
            return
        self.dismiss(Kept(self._form, path))

    def _hint(self, words: str, style: str) -> None:
        self.query_one("#path-hint", Drawn).draw(Content.assemble((printable(words), style)))
