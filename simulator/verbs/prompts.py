"""Playing one prompt to the ear, inside Gather or alone: it takes its time and can be cut off by what it listens to."""

from collections.abc import Generator

from simulator.durations import said_after
from simulator.verbs.script import Incoming, Kinds, Leg, News, TimedOut, Wait
from simulator.vocabulary import Heard, Prompt, Speaking

LOOP_CEILING = 1000
"""How often a prompt with loop="0" is repeated at most (Twilio docs: Say, Play)."""

Playing = Generator[Wait, Incoming, News | None]


def play(prompt: Prompt, leg: Leg, until: Kinds) -> Playing:
    """Play the prompt once; returns the event that cut it off, or None when it ended by itself."""
    began = leg.now
    leg.emit(Speaking(leg.sid, prompt))
    try:
        event = yield Wait(prompt.seconds, until)
    except GeneratorExit:  # the call ended or was redirected meanwhile: the ear still heard this much
        leg.emit(_heard(prompt, leg, began, is_cut=leg.now - began < prompt.seconds))
        raise
    if isinstance(event, TimedOut):
        leg.emit(Heard(leg.sid, prompt, began, prompt.seconds, prompt.text))
        return None
    leg.emit(_heard(prompt, leg, began, is_cut=True))
    return event


def play_over(prompt: Prompt, leg: Leg, until: Kinds, loop: int) -> Playing:
    """Play the prompt `loop` times (0: until cut off, 1000 times at most)."""
    for _ in range(loop or LOOP_CEILING):
        event = yield from play(prompt, leg, until)
        if event is not None:
            return event
    return None


def _heard(prompt: Prompt, leg: Leg, began: float, *, is_cut: bool) -> Heard:
    seconds = round(leg.now - began, 3)
    text = prompt.text if prompt.text is None else said_after(prompt.text, seconds)
    return Heard(leg.sid, prompt, began, seconds, text, is_cut)
