"""Everything a person can do, once: keys, words for footer, help and palette, and when it is possible. Does nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from simulator.phone.model.session import PhoneSession

Needs = Callable[[PhoneSession], bool]


def always(session: PhoneSession) -> bool:
    """Possible as soon as there is a line."""
    del session
    return True


def is_live(session: PhoneSession) -> bool:
    """Tell whether somebody can call; in a recording all calls have been made."""
    return not session.is_recorded


def in_call(session: PhoneSession) -> bool:
    return is_live(session) and session.call_up is not None


def out_of_call(session: PhoneSession) -> bool:
    return is_live(session) and session.call_up is None


def has_call(session: PhoneSession) -> bool:
    """Tell whether there is a call that can be looked at."""
    return session.shown is not None


def has_code(session: PhoneSession) -> bool:
    """Tell whether there is a call to type into and a code to type."""
    return in_call(session) and session.device.code_to_type is not None


def has_prompt(session: PhoneSession) -> bool:
    return is_live(session) and session.device.newest_prompt is not None


def can_expire(session: PhoneSession) -> bool:
    """Tell whether a prompt or a code is good for a while yet, and it is known how long."""
    return is_live(session) and session.device.expiring(session.now) is not None


def has_trouble(session: PhoneSession) -> bool:
    """Tell whether something is broken on purpose."""
    return is_live(session) and bool(session.calls.troubles)


def has_ringing(session: PhoneSession) -> bool:
    """Tell whether somebody else's phone rings."""
    return is_live(session) and session.second is not None and session.second.is_ringing


def has_second(session: PhoneSession) -> bool:
    """Tell whether somebody else is on the line."""
    return is_live(session) and session.second is not None and not session.second.is_ringing


def has_typed(session: PhoneSession) -> bool:
    return out_of_call(session) and bool(session.typed)


def has_made_call(session: PhoneSession) -> bool:
    """Tell whether there is a call that can be made anew."""
    return is_live(session) and session.calls.made is not None


def has_other_calls(session: PhoneSession) -> bool:
    return len(session.calls.by_sid) > (0 if session.shown is None else 1)


@dataclass(frozen=True, slots=True)
class Act:
    """One action: its name on the screen, the keys that perform it, how it is called, and when it is possible."""

    action: str
    keys: str
    label: str
    help: str
    group: str
    is_possible: Needs = always
    is_in_footer: bool = False


ACTS = (
    Act("call", "c,enter", "Call", "Call the number on the display", "Call", out_of_call, is_in_footer=True),
    Act("hang_up", "h", "Hang up", "End the call", "Call", in_call, is_in_footer=True),
    Act("redial", "r", "Redial", "Redial: hang up and make the last call again", "Call", has_made_call),
    Act("put_aside", "o", "One more", "Leave this call up and make another one", "Call", in_call),
    Act("choose_caller", "p", "Caller", "Choose who is calling", "Call", is_live, is_in_footer=True),
    Act("speak", "w", "Say words", "Say something to a line that listens or records", "Call", in_call),
    Act("erase", "backspace", "Erase", "Take back a digit of the number to dial", "Call", has_typed, True),
    Act("turn_call(-1)", "left_square_bracket", "Earlier call", "Look at the call before", "Call", has_other_calls),
    Act("turn_call(1)", "right_square_bracket", "Later call", "Look at the call after", "Call", has_other_calls),
    Act("answer", "y", "Answer", "Answer the other phone that the line rings", "Other phone", has_ringing, True),
    Act("decline", "n", "Decline", "Do not take the call on the other phone", "Other phone", has_ringing, True),
    Act("hang_up_second", "k", "They hang up", "Hang up the other phone", "Other phone", has_second, True),
    Act("type_code", "t", "Type code", "Type the newest code of the mobile, then #", "Mobile", has_code, True),
    Act("approve", "a", "Approve", "Approve the Okta Verify prompt", "Mobile", has_prompt, is_in_footer=True),
    Act("deny", "d", "Deny", "Deny the Okta Verify prompt", "Mobile", has_prompt, is_in_footer=True),
    Act("expire", "e", "Let it expire", "Let time pass until the prompt or code has expired", "Mobile", can_expire),
    Act("trouble", "b", "Break", "Break something: Okta, the webhooks, the way to the mobile", "Trouble", is_live),
    Act("mend", "B", "Fix all", "Stop all faults: everything works again", "Trouble", has_trouble),
    Act("pane('conversation')", "v", "Conversation", "Turn to what is said", "Look"),
    Act("pane('mobile')", "m", "Mobile", "Turn to the caller's mobile", "Look"),
    Act("pane('inspector')", "i", "Inspector", "Turn to the requests; up and down select one", "Look"),
    Act("pane('sequence')", "s", "Sequence", "Turn to who tells whom what; up and down select an arrow", "Look"),
    Act("app.toggle_light", "l", "Light or dark", "Change between the light and the dark theme", "Look"),
    Act("app.sound", "u", "Sound", "Turn the sound on or off: the voice, the keys, the ringing", "Look"),
    Act("pause", "space", "Pause", "Let time stand still, or run again", "Time"),
    Act("faster", "f", "4×", "Let time run four times as fast, or as usual again", "Time"),
    Act("jump", "j", "Jump", "Go to the next thing that happens by itself", "Time"),
    Act("keep", "x", "Export", "Keep the call: page, diagram, script, recording, screenshot", "Phone", has_call),
    Act("help", "question_mark,f1", "Help", "Show all keys", "Phone", is_in_footer=True),
    Act("app.quit", "ctrl+q,ctrl+c", "Quit", "Hang up and leave", "Phone"),
)
NEEDS: dict[str, Needs] = {
    "press": is_live,
    "approve_number": has_prompt,
    **{act.action.partition("(")[0].removeprefix("app."): act.is_possible for act in ACTS if act.group != "Look"},
}
"""When the actions of the screen are possible; those that are not listed always are."""
KEYPAD = {"0": "0", "1": "1", "2": "2", "3": "3", "4": "4", "5": "5", "6": "6", "7": "7", "8": "8", "9": "9",
          "*": "asterisk", "#": "number_sign", "+": "plus"}  # fmt: skip
"""Keys of the phone and their names on the keyboard."""

_READABLE = {
    "left_square_bracket": "[", "right_square_bracket": "]", "question_mark": "?", "backspace": "⌫",
    "space": "Space", "enter": "Enter", "ctrl+q": "Ctrl+Q", "ctrl+c": "Ctrl+C", "f1": "F1",
}  # fmt: skip


def readable(keys: str) -> str:
    """Write `c,enter` as `c  Enter`."""
    return "  ".join(_READABLE.get(key, key) for key in keys.split(","))
