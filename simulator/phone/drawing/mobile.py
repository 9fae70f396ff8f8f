"""How a text message and an Okta Verify prompt look at a given moment. The code is readable here: it is its owner's."""

from textual.content import Content

from simulator.mobile import PushPrompt, ShownCode, Text
from simulator.phone.drawing.plain import ago, minutes, printable


def draw_text(text: Text, now: float) -> Content:
    """The message with its code made to stand out, how long ago it came, and how long its code is good yet."""
    body = printable(text.body)
    age = Content.assemble(("\n" + ago(now - text.at), "$foreground-muted"))
    if text.code and text.expires_at is not None:
        age = age.append(_life(text.expires_at - now))
    if not text.code or text.code not in body:
        return Content(body).append(age)
    before, _, after = body.partition(text.code)
    return Content.assemble(before, (text.code, "bold $text-accent reverse"), after, age)


def draw_shown(shown: ShownCode, now: float) -> Content:
    """The code that an authenticator app shows, and how long it is good yet."""
    left = shown.expires_at - now
    return Content.assemble(
        ("Authenticator ", "bold $text-primary"),
        (shown.code, "bold $text-accent reverse"),
        (f"   {minutes(left)} left", "$text-error" if left < 6 else "$foreground-muted"),
    )


def draw_prompt(prompt: PushPrompt, now: float) -> Content:
    """The question, and how long it can still be answered."""
    ask = "\nWhich number do you hear?" if prompt.choices else ""
    return Content.assemble(
        ("Okta Verify", "bold $text-primary"),
        _life(prompt.expires_at - now),
        "\n",
        printable(prompt.message),
        (ask, "$foreground-muted"),
    )


def _life(left: float) -> Content:
    """How many seconds it is good yet; red when it is time."""
    style = "$text-error" if left < 30 else "$foreground-muted"
    return Content.assemble((f"   {minutes(left)} left" if left > 0 else "   expired", style))
