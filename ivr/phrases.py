"""Every sentence the line can speak, in the order of a call; nothing here decides which one is due.

Before a factor is passed nothing private is said. A caller ID can be forged, so a greeting by name would tell a
forger whose number it is: the name comes with the account menu. Whoever cannot be verified, for whatever reason
(unknown number, a number two people share, no active factor, locked or suspended), hears what everybody hears, so what
is said of codes and requests must be true of them, too: "if your number is registered with us".
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ivr.identity.protocol import Kind

CURRENCIES = {
    "USD": ("dollar", "dollars", "cent", "cents"),
    "CAD": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "AUD": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("pound", "pounds", "penny", "pence"),
}

# The greeting and the first menu


def greeting(customer: str, place: str) -> str:
    """What everyone hears first."""
    where = f" You are calling from {place}." if place else ""
    return f"Thanks for calling {customer}.{where}"


MAIN_MENU = "For your account, press 1. For our departments and support, press 2."
NO_INPUT = "Sorry, I did not hear anything."
NOT_A_CHOICE = "Sorry, that is not one of the choices."
STILL_NOTHING = "I still did not hear anything."
GOODBYE = "Goodbye."
TOO_MANY_MISSES = "Sorry, I did not understand. Please call again."

# Proving who is calling

_WHY = "To open your account, I need to know that it is you."
OFFERS = {
    Kind.SMS: f"{_WHY} I can send a code in a text message to the phone you registered. To get the code now, press 1.",
    Kind.PUSH: f"{_WHY} I can send a request to Okta Verify on the phone you registered. "
    "To get the request now, press 1.",
    Kind.CALL: f"{_WHY} I can have a phone you registered called, and a code spoken. "
    "If that is the phone in your hand, take the second call without ending this one. To get the call now, press 1.",
    Kind.TOTP: f"{_WHY} I can check the code that Okta Verify shows. To enter it now, press 1.",
    Kind.GOOGLE: f"{_WHY} I can check the code that Google Authenticator shows. To enter it now, press 1.",
}
ANOTHER_WAY = "For another way, press star."
WAYS = {
    Kind.SMS: "For a code in a text message",
    Kind.PUSH: "For a request in Okta Verify",
    Kind.CALL: "For a call that speaks a code",
    Kind.TOTP: "To enter the code that Okta Verify shows",
    Kind.GOOGLE: "To enter the code that Google Authenticator shows",
}
NEW_CODE = "For a new code"
GO_BACK = "To go back, press star."


def way(what: str, key: int) -> str:
    """A line of the menu of ways."""
    return f"{what}, press {key}."


CANNOT_VERIFY = (
    "I cannot confirm who you are over the phone. "
    "The number you call from may not be registered with us, or its access may be locked."
)
_IF_REGISTERED = "If your number is registered with us,"
NOTHING_CAME = (
    "If nothing came, your number may not be registered with us, or its access may be locked. "
    "Then call again, and ask for support instead."
)
SENT = {
    Kind.SMS: f"{_IF_REGISTERED} I have sent you a text message with a code.",
    Kind.CALL: f"{_IF_REGISTERED} your phone will ring in a moment, and a voice will tell you a code. "
    "I am waiting here.",
}
CODE_SENT_ALREADY = f"{_IF_REGISTERED} I sent you a code a moment ago. Please use that one."
_SIX = "Please enter the 6 digits of the code."
_SPOKEN = "Please enter the digits of the code, and then press pound."
ENTER = {
    Kind.SMS: _SIX,
    Kind.CALL: _SPOKEN,
    Kind.TOTP: "Please enter the 6 digits that Okta Verify shows now.",
    Kind.GOOGLE: "Please enter the 6 digits that Google Authenticator shows now.",
}
INCOMPLETE = {
    Kind.SMS: "The code has 6 digits.",
    Kind.CALL: "That was not a whole code.",
    Kind.TOTP: "The code has 6 digits.",
    Kind.GOOGLE: "The code has 6 digits.",
}


def at_the_code(*, is_sent: bool, has_others: bool) -> str:
    """What star does while the line waits for a code; nothing where there is nothing else."""
    match is_sent, has_others:
        case True, True:
            return "For a new code or another way, press star and then pound."
        case True, False:
            return "For a new code, press star and then pound."
        case False, True:
            return "For another way, press star and then pound."
        case _:
            return ""


WRONG_CODE = "That code is not right. Please try again."
TOO_MANY_CODES = "There were too many tries. For your safety I will not take another code now. Please try again later."
TOO_MANY_CHALLENGES = "I have sent too many requests to you lately. Please try again later."
PUSH_SENT = f"{_IF_REGISTERED} I have sent a request to Okta Verify on your phone. Please approve it."
PUSH_WAITING = "I am still waiting for your answer in Okta Verify."
PUSH_REJECTED = "The request was declined. For your safety I am ending this call."
PUSH_UNANSWERED = f"I did not get an answer in time. Please call again when you have your phone at hand. {NOTHING_CAME}"
PROOF_TOO_OLD = "For your safety I am ending this call, because it has taken very long. Please call again."
LAPSED = "That took too long. Let us try again."
FACTOR_UNUSABLE = "I cannot reach you that way at the moment."


def push_number(number: int) -> str:
    """The number of a number challenge, then digit by digit."""
    spelled = spell(str(number))
    said = f"In Okta Verify, choose the number {number}."
    return said if spelled == str(number) else f"{said} That is {spelled}."


# The account


def account_greeting(first_name: str) -> str:
    """The first private word: it comes only after the factor."""
    return (
        f"Thank you, {first_name[:40]}. I know now that it is you."
        if first_name
        else "Thank you. I know now that it is you."
    )


ACCOUNT_MENU = "For your balance and due date, press 1. For a call back from a support agent, press 2."
NO_ACCOUNT = "I did not find an account in your name."
ACCOUNT_OUT_OF_REACH = "I cannot get to your account at the moment."


def balance(amount: Decimal, currency: str, due: date, today: date) -> str:
    """What is owed and when."""
    when = spoken_date(due, today)
    if amount < 0:
        return f"Your balance is a credit of {money(-amount, currency)}. Nothing is due."
    return f"Your balance is {money(amount, currency)}, due on {when}."


# Support, trouble, and finding the way back

SUPPORT_OFFER = "For a call back from a support agent, press 2."
CALLBACK_REQUESTED = "A support agent will call you back at the number you are calling from."
TOO_MANY_CALLBACKS = "I may not arrange more calls to this number today. Please call again tomorrow."
CALLBACK_FAILED = "I could not arrange a call back at the moment. Please call again later."
NO_NUMBER_TO_CALL = (
    "I cannot see the number you are calling from, so nobody can call you back. "
    "Please call again from a phone that shows its number."
)
IDENTITY_OUT_OF_REACH = "I cannot confirm who you are at the moment, because a service I need is not answering."
IDENTITY_BUSY = "I cannot confirm who you are at the moment, because too many people are calling."
TROUBLE = "Sorry, something went wrong on our side. Please call again later."
CLOSING = "I am about to take a short break. Please call again in a few minutes."
GO_ON = "Let us go on where we were."
START_OVER = "Let us start from the beginning."
CALL_IS_OVER = "This call is over."


# The line calls back


def call_back_opening(customer: str) -> str:
    """What whoever answers hears: it may be somebody else, or a machine, so it says nothing about anybody."""
    return f"This is {customer} with the call back that was asked for from this number."


CALL_BACK_MENU = "To speak with a support agent, press 1."
CONNECTING = "One moment, please."
AGENT_NOT_REACHED = "I am sorry, all our agents are busy. Please call us again later."


def spell(digits: str) -> str:
    """'072' as '0 7 2', so that a voice does not make it seventy-two."""
    return " ".join(digits)


def money(amount: Decimal, currency: str) -> str:
    """142.50 USD as '142 dollars and 50 cents'; an unlisted currency by its code."""
    cents = int((abs(amount) * 100).to_integral_value())
    whole, rest = divmod(cents, 100)
    if currency not in CURRENCIES:
        return f"{whole}.{rest:02d} {spell(currency)}"
    one, many, small_one, small_many = CURRENCIES[currency]
    said = f"{whole} {one if whole == 1 else many}"
    if not rest:
        return said
    small = f"{rest} {small_one if rest == 1 else small_many}"
    return small if not whole else f"{said} and {small}"


def spoken_date(day: date, today: date) -> str:
    """'December 15th', with the year when it is not this one."""
    ending = "th" if day.day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    said = f"{MONTHS[day.month - 1]} {day.day}{ending}"
    return said if day.year == today.year else f"{said}, {day.year}"


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
