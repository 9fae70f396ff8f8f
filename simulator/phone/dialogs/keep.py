"""In which form the shown call is to be kept, and where. A file that exists is only replaced when asked for twice."""

from dataclasses import dataclass
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from simulator.callers.script.reports import check_writable
from simulator.errors import SimulatorError
from simulator.phone.dialogs.frame import Dialog
from simulator.phone.drawing.plain import printable
from simulator.phone.sharing.formats import FORMATS, Format
from simulator.phone.sharing.keeping import file_name
from simulator.phone.widgets.drawn import Drawn

_SCREEN = "screen"


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
