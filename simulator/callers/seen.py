"""What was seen on a mobile, in the journal's words. Looks at no mobile itself."""

from simulator.mobile import PushPrompt, ShownCode, Text
from simulator.operator.beside import PromptArrived, TextArrived


def text_arrived(text: Text) -> TextArrived:
    """A text message as the journal keeps it."""
    return TextArrived(text.to, text.body, text.code, text.at, text.expires_at, text.by)


def code_shown(number: str, shown: ShownCode) -> TextArrived:
    """What an authenticator app shows, kept as a message: the journal has to know which digits are a code."""
    until = shown.expires_at  # since when is not known
    return TextArrived(number, f"The authenticator app shows {shown.code}.", shown.code, until, until, "app")


def prompt_arrived(number: str, prompt: PushPrompt) -> PromptArrived:
    """A prompt on the mobile with that number as the journal keeps it."""
    return PromptArrived(number, prompt.id, prompt.message, prompt.created, prompt.expires_at, prompt.choices)
