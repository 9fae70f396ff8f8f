"""What was seen on a mobile, in the journal's words. Looks at no mobile itself."""

from simulator.mobile import PushPrompt, Text
from simulator.operator.beside import PromptArrived, TextArrived


def text_arrived(text: Text) -> TextArrived:
    """A text message as the journal keeps it."""
    return TextArrived(text.to, text.body, text.code, text.at, text.expires_at)


def prompt_arrived(number: str, prompt: PushPrompt) -> PromptArrived:
    """A prompt on the mobile with that number as the journal keeps it."""
    return PromptArrived(number, prompt.id, prompt.message, prompt.created, prompt.expires_at, prompt.choices)
