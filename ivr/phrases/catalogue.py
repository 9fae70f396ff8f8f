"""What a language has to say: every sentence of the line by its name; nothing here decides which one is due.

Before a factor is passed nothing private is said. A caller ID can be forged, so a greeting by name would tell a
forger whose number it is: the name comes with the account menu. Whoever cannot be verified, for whatever reason
(unknown number, a number two people share, no active factor, locked or suspended), hears what everybody hears, so what
is said of codes and requests must be true of them, too: "if your number is registered with us".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ivr.identity.protocol import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The sentences of one language, in the order of a call. Those by kind have a row for each kind they apply to."""

    greeting: Callable[[str, str], str]
    """Customer, place ('' for none): what everyone hears first."""
    place: Callable[[str, str, str], str]
    """City, state and country as Twilio writes them: where a number is registered, '' when nothing is known."""
    main_menu: str  # The first menu: 1 is the account, 2 departments and support.
    no_input: str  # Before a question is asked again after silence.
    not_a_choice: str  # After a key that means nothing here.
    still_nothing: str  # After the last silence.
    goodbye: str  # The last word of every call.
    too_many_misses: str  # Ends the call after wrong keys.
    offers: Mapping[Kind, str]  # Announces a factor before anything is sent; 1 is yes.
    another_way: str  # Star leads to other factors.
    ways: Mapping[Kind, str]  # What a key of the menu of factors does, for `way`.
    new_code: str  # The same for another code by the current factor.
    go_back: str  # Star leads back from that menu.
    way: Callable[[str, int], str]
    """What, key: a line of the menu of factors."""
    cannot_verify: str  # Also said to whom nobody may know that they are locked.
    nothing_came: str  # What to do when no code or request came, which is true of callers who cannot be verified, too.
    sent: Mapping[Kind, str]  # After a code was sent, perhaps.
    code_sent_already: str  # Okta sends no more than one in 30 seconds.
    enter: Mapping[Kind, str]  # Asks for a code.
    incomplete: Mapping[Kind, str]  # After too few or too many digits.
    star_for_new_code_or_way: str  # Follows `enter`.
    star_for_new_code: str  # Follows `enter`.
    star_for_another_way: str  # Follows `enter`.
    wrong_code: str
    too_many_codes: str
    too_many_challenges: str
    push_sent: str  # After a request was sent, perhaps.
    push_waiting: str
    push_rejected: str
    push_unanswered: str  # Ends the call.
    too_long: str  # Ends a call that is too old.
    lapsed: str
    one_more_step: str
    factor_unusable: str
    push_number: Callable[[int], str]
    """The number of a number challenge."""
    account_greeting: Callable[[str], str]
    """First name or '': the first private word, after the factor."""
    account_menu: str  # 1 is balance and due date, 2 a call back.
    no_account: str
    account_out_of_reach: str
    balance: Callable[[Decimal, str, date, date], str]
    """Amount, currency, due date, today: what is owed and when."""
    support_offer: str
    callback_requested: str  # Said to known and unknown callers alike.
    too_many_callbacks: str
    callback_failed: str
    no_number_to_call: str
    identity_out_of_reach: str
    identity_busy: str
    trouble: str
    closing: str
    go_on: str
    start_over: str
    call_is_over: str
    call_back_opening: Callable[[str], str]
    """Customer: whoever answers may be somebody else, or a machine, so it says nothing about anybody."""
    call_back_menu: str
    connecting: str
    agent_not_reached: str
