"""A number that is lent to the line: set when it starts, given back as it was when it stops; nothing is served here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ivr.refusals import Failure
from ivr.setup.number import Change, Number, differences, respecting, shown, wanted
from ivr.setup.twilio_account import TwilioAccount
from ivr.table import columns
from ivr.twilio_access import TwilioTroubleError

Say = Callable[[str], None]


@contextmanager
def lent(
    account: TwilioAccount, phone: str | None, base: str, *, agreed: Callable[[str], bool], keep: bool, say: Say
) -> Iterator[None]:
    """The number's calls come to `base` while the block runs. Failure when Twilio or the person says no."""
    try:
        number = account.number(phone)
        changes = differences(number, respecting(number, wanted(base)))
        rows = [("setting", "now", "then"), *((each.setting, shown(each.now), shown(each.wanted)) for each in changes)]
        say("\n".join([f"{number.phone} ({number.sid})", *(f"  {row}" for row in columns(rows))]))
        if changes:
            say("It stays so afterwards." if keep else "It is set back when this stops (Ctrl-C).")
            if not agreed("Change it?"):
                raise Failure("Nothing was changed.")
            account.change(number, {each.setting: each.wanted for each in changes})
    except TwilioTroubleError as trouble:
        raise Failure(str(trouble)) from None
    try:
        yield
    finally:
        if not keep and changes:
            _give_back(account, number, changes, say)


def _give_back(account: TwilioAccount, number: Number, changes: Sequence[Change], say: Say) -> None:
    """What somebody has changed meanwhile is theirs. Trouble is a Failure that says what the number had before."""
    try:
        now = account.number(number.phone)
        ours = {each.setting: each.now for each in changes if getattr(now, each.setting) == each.wanted}
        if ours:
            account.change(now, ours)
    except TwilioTroubleError as trouble:
        raise Failure(
            f"{trouble} The number was not set back: calls to {number.phone} went to {shown(number.voice_url)} before."
        ) from None
    others = [each.setting for each in changes if each.setting not in ours]
    if others:
        say(f"{number.phone}: somebody has changed {', '.join(others)} meanwhile, which stays.")
    if ours:
        say(f"{number.phone} is set back: its calls go to {shown(number.voice_url)} as before.")
