"""The caller's mobile: text messages and Okta Verify prompts. The code is readable here: it is its owner's."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content

from simulator.mobile import PushPrompt, ShownCode, Text
from simulator.phone.model.mobile import DeviceState
from simulator.phone.panes.pieces import Cap, Drawn
from simulator.phone.plain import ago, minutes
from simulator.printable import printable

_TYPE_CODE = "Types the newest code into the call (t)"
MOST = 30
"""Texts shown; a mobile keeps more, nobody reads them here."""


class Mobile(Vertical):
    """One person's mobile."""

    BORDER_TITLE = "Mobile"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._prompt: PushPrompt | None = None
        self._texts: tuple[Text, ...] = ()
        self._lines: list[Drawn] = []

    def compose(self) -> ComposeResult:
        with Vertical(id="prompt"):
            yield Drawn(id="question")
            yield Vertical(id="answers")
        yield Drawn(id="shown-code")
        with VerticalScroll(id="texts"):
            yield Drawn(id="no-texts")
        yield Cap("t  Type the code", "screen.type_code", id="type-code", classes="button -code", tooltip=_TYPE_CODE)

    def draw(self, owner: str, device: DeviceState, now: float, *, can_type: bool) -> None:
        """Show the mobile of this person at this moment; a code can be typed while there is a call."""
        title = f"{owner}'s mobile" if owner else "Mobile"
        if title != self.border_title:  # setting it repaints, even when it is the same
            self.border_title = title
        self._draw_prompt(device.newest_prompt, now)
        self.query_one("#shown-code").display = device.shown is not None
        if device.shown is not None:
            self.query_one("#shown-code", Drawn).draw(draw_shown(device.shown, now))
        if device.texts[-MOST:] != self._texts:
            self._mount_texts(device.texts[-MOST:])
        for text, line in zip(self._texts, self._lines, strict=True):
            line.draw(draw_text(text, now))
        self.query_one("#no-texts").display = not self._texts
        self.query_one("#no-texts", Drawn).draw(Content(device.trouble or "No messages yet."))
        self.query_one("#type-code").display = can_type

    def _draw_prompt(self, prompt: PushPrompt | None, now: float) -> None:
        self.query_one("#prompt").display = prompt is not None
        if prompt is None:
            self._prompt = None
            return
        self.query_one("#question", Drawn).draw(draw_prompt(prompt, now))
        if prompt != self._prompt:
            self._prompt = prompt
            answers = self.query_one("#answers")
            answers.remove_children()
            answers.mount_all(_answers(prompt))

    def _mount_texts(self, texts: tuple[Text, ...]) -> None:
        for line in self._lines:
            line.remove()
        self._texts = texts
        self._lines = [Drawn(classes="text-message") for _ in texts]
        box = self.query_one("#texts", VerticalScroll)
        box.mount_all(self._lines)
        box.anchor()


def _answers(prompt: PushPrompt) -> list[Horizontal]:
    deny = Cap("d  Deny", "screen.deny", classes="button -stop deny")
    if not prompt.choices:
        return [Horizontal(Cap("a  Approve", "screen.approve", classes="button -go approve"), deny)]
    numbers = (Cap(f"{n}", f"screen.approve_number({n})", classes="button -go approve") for n in prompt.choices)
    return [Horizontal(*numbers), Horizontal(deny, classes="-below")]


def draw_prompt(prompt: PushPrompt, now: float) -> Content:
    """Draw the question, and how long it can still be answered."""
    ask = "\nWhich number do you hear?" if prompt.choices else ""
    return Content.assemble(
        ("Okta Verify", "bold $text-primary"),
        _life(prompt.expires_at - now),
        "\n",
        printable(prompt.message),
        (ask, "$foreground-muted"),
    )


def draw_shown(shown: ShownCode, now: float) -> Content:
    """Draw the code that an authenticator app shows, and how long it is good yet."""
    left = shown.expires_at - now
    return Content.assemble(
        ("Authenticator ", "bold $text-primary"),
        (shown.code, "bold $text-accent reverse"),
        (f"   {minutes(left)} left", "$text-error" if left < 6 else "$foreground-muted"),
    )


def draw_text(text: Text, now: float) -> Content:
    """Draw the message with its code made to stand out, how long ago it came, and how long its code is good yet."""
    body = printable(text.body)
    age = Content.assemble(("\n" + ago(now - text.at), "$foreground-muted"))
    if text.code and text.expires_at is not None:
        age = age.append(_life(text.expires_at - now))
    if not text.code or text.code not in body:
        return Content(body).append(age)
    before, _, after = body.partition(text.code)
    return Content.assemble(before, (text.code, "bold $text-accent reverse"), after, age)


def _life(left: float) -> Content:
    """Draw how many seconds it is good yet; red when it is time."""
    style = "$text-error" if left < 30 else "$foreground-muted"
    return Content.assemble((f"   {minutes(left)} left" if left > 0 else "   expired", style))
