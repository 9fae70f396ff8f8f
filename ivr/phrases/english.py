"""English: every sentence the line speaks, in the order of a call; `catalogue` tells what each is for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ivr.identity.protocol import Kind
from ivr.phrases.catalogue import Phrases

CURRENCIES = {
    "USD": ("dollar", "dollars", "cent", "cents"),
    "CAD": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "AUD": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("pound", "pounds", "penny", "pence"),
}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WHY = "To open your account, I need to verify who you are."
_IF_REGISTERED = "If your number is registered with us,"
_NOTHING_CAME = (
    "If nothing arrived, your number may not be registered with us, or access may be locked. "
    "In that case, call again and ask for support."
)
_SIX = "Please enter the 6 digits of the code."
_SPOKEN = "Please enter the digits of the code, and then press pound."


def greeting(customer: str, place: str) -> str:
    """What everyone hears first."""
    where = f" You are calling from {place}." if place else ""
    return f"Thanks for calling {customer}.{where}"


def way(what: str, key: int) -> str:
    """A line of the menu of ways."""
    return f"{what}, press {key}."


def push_number(number: int) -> str:
    """The number of a number challenge, then digit by digit."""
    spelled = spell(str(number))
    said = f"In Okta Verify, choose the number {number}."
    return said if spelled == str(number) else f"{said} That is {spelled}."


def account_greeting(first_name: str) -> str:
    """The first private word: it comes only after the factor."""
    return f"Thank you, {first_name[:40]}. You're verified." if first_name else "Thank you. You're verified."


def balance(amount: Decimal, currency: str, due: date, today: date) -> str:
    """What is owed and when."""
    when = spoken_date(due, today)
    if amount < 0:
        return f"Your balance is a credit of {money(-amount, currency)}. Nothing is due."
    return f"Your balance is {money(amount, currency)}, due on {when}."


def call_back_opening(customer: str) -> str:
    """What whoever answers hears: it may be somebody else, or a machine, so it says nothing about anybody."""
    return f"This is {customer} with the call back that was requested from this number."


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


def place(city: str, state: str, country: str) -> str:
    """'Chicago, Illinois', 'Berlin, Germany', 'Canada', or '' when nothing is known.

    Twilio sends what the number was registered with: cities in capitals, North American states as two letters,
    free text elsewhere, and '' for what it does not know. The country is left out where the state says enough.
    """
    if country in ("US", "CA", "PR", ""):
        region = STATES.get(state.upper(), "")
        parts = [_titled(city), region or COUNTRIES.get(country, "")]
    else:
        parts = [_titled(city), _titled(state), COUNTRIES.get(country.upper(), "")]
    return ", ".join(dict.fromkeys(part for part in parts if part))[:80]


def _titled(name: str) -> str:
    return " ".join(word.capitalize() for word in name.split())


def _table(text: str) -> dict[str, str]:
    return {row[:2]: row[3:] for row in text.split(";")}


STATES = _table(
    "AL Alabama;AK Alaska;AZ Arizona;AR Arkansas;CA California;CO Colorado;CT Connecticut;DE Delaware;DC D.C.;"
    "FL Florida;GA Georgia;HI Hawaii;ID Idaho;IL Illinois;IN Indiana;IA Iowa;KS Kansas;KY Kentucky;LA Louisiana;"
    "ME Maine;MD Maryland;MA Massachusetts;MI Michigan;MN Minnesota;MS Mississippi;MO Missouri;MT Montana;"
    "NE Nebraska;NV Nevada;NH New Hampshire;NJ New Jersey;NM New Mexico;NY New York;NC North Carolina;"
    "ND North Dakota;OH Ohio;OK Oklahoma;OR Oregon;PA Pennsylvania;PR Puerto Rico;RI Rhode Island;"
    "SC South Carolina;SD South Dakota;TN Tennessee;TX Texas;UT Utah;VT Vermont;VA Virginia;WA Washington;"
    "WV West Virginia;WI Wisconsin;WY Wyoming;AB Alberta;BC British Columbia;MB Manitoba;NB New Brunswick;"
    "NL Newfoundland;NS Nova Scotia;NT Northwest Territories;NU Nunavut;ON Ontario;PE Prince Edward Island;"
    "QC Quebec;SK Saskatchewan;YT Yukon"
)
COUNTRIES = _table(
    "US the United States;CA Canada;MX Mexico;BR Brazil;AR Argentina;GB the United Kingdom;IE Ireland;FR France;"
    "DE Germany;AT Austria;CH Switzerland;NL the Netherlands;BE Belgium;LU Luxembourg;ES Spain;PT Portugal;"
    "IT Italy;DK Denmark;NO Norway;SE Sweden;FI Finland;PL Poland;CZ Czechia;GR Greece;TR Turkey;IL Israel;"
    "ZA South Africa;IN India;JP Japan;KR South Korea;CN China;HK Hong Kong;SG Singapore;PH the Philippines;"
    "AU Australia;NZ New Zealand"
)


ENGLISH = Phrases(
    greeting=greeting,
    place=place,
    main_menu="For your account, press 1. For our departments and support, press 2.",
    no_input="Sorry, I did not hear anything.",
    not_a_choice="Sorry, that is not one of the choices.",
    still_nothing="I still did not hear anything.",
    goodbye="Goodbye.",
    too_many_misses="Sorry, I did not understand. Please call again.",
    offers={
        Kind.SMS: f"{_WHY} I can send a text message with a code to the phone you registered. "
        "To get the code now, press 1.",
        Kind.PUSH: f"{_WHY} I can send a request to Okta Verify on the phone you registered. "
        "To get the request now, press 1.",
        Kind.CALL: f"{_WHY} I can call a phone you registered and read you a code. "
        "If that is the phone you are on, take the second call without ending this one. "
        "To get the call now, press 1.",
        Kind.TOTP: f"{_WHY} I can check the code shown in Okta Verify. To enter it now, press 1.",
        Kind.GOOGLE: f"{_WHY} I can check the code shown in Google Authenticator. To enter it now, press 1.",
    },
    another_way="For another way, press star.",
    ways={
        Kind.SMS: "For a text message with a code",
        Kind.PUSH: "For a request in Okta Verify",
        Kind.CALL: "For a call with a code",
        Kind.TOTP: "To enter the code shown in Okta Verify",
        Kind.GOOGLE: "To enter the code shown in Google Authenticator",
    },
    new_code="For a new code",
    go_back="To go back, press star.",
    way=way,
    cannot_verify=(
        "I cannot verify who you are over the phone. "
        "The number you are calling from may not be registered with us, or access may be locked."
    ),
    nothing_came=_NOTHING_CAME,
    sent={
        Kind.SMS: f"{_IF_REGISTERED} I have sent you a text message with a code.",
        Kind.CALL: f"{_IF_REGISTERED} your phone will ring in a moment, and a voice will read you a code. "
        "I will wait here.",
    },
    code_sent_already=f"{_IF_REGISTERED} I sent you a code a moment ago. Please use that one.",
    enter={
        Kind.SMS: _SIX,
        Kind.CALL: _SPOKEN,
        Kind.TOTP: "Please enter the 6 digits shown in Okta Verify now.",
        Kind.GOOGLE: "Please enter the 6 digits shown in Google Authenticator now.",
    },
    incomplete={
        Kind.SMS: "The code has 6 digits.",
        Kind.CALL: "That was not the whole code.",
        Kind.TOTP: "The code has 6 digits.",
        Kind.GOOGLE: "The code has 6 digits.",
    },
    star_for_new_code_or_way="For a new code or another way, press star and then pound.",
    star_for_new_code="For a new code, press star and then pound.",
    star_for_another_way="For another way, press star and then pound.",
    wrong_code="That code is not right. Please try again.",
    too_many_codes="There were too many attempts. For your safety, I cannot take another code now. "
    "Please try again later.",
    too_many_challenges="I have sent you too many requests recently. Please try again later.",
    push_sent=f"{_IF_REGISTERED} I have sent a request to Okta Verify on your phone. Please approve it.",
    push_waiting="I am still waiting for your answer in Okta Verify.",
    push_rejected="The request was declined. For your safety, I am ending this call.",
    push_unanswered="I did not get an answer in time. Please call again when you have your phone at hand. "
    f"{_NOTHING_CAME}",
    too_long="For your safety, I am ending this call, because it has been going on for too long. Please call again.",
    one_more_step="Thank you. One more step.",
    lapsed="That took too long. Let's try again.",
    factor_unusable="I cannot reach you that way at the moment.",
    push_number=push_number,
    account_greeting=account_greeting,
    account_menu="For your balance and due date, press 1. For a call back from a support agent, press 2.",
    no_account="I did not find an account in your name.",
    account_out_of_reach="I cannot reach your account at the moment.",
    balance=balance,
    support_offer="For a call back from a support agent, press 2.",
    callback_requested=(
        "A support agent will call you back at the number you are calling from. If nobody does, please call us again."
    ),
    too_many_callbacks="I cannot arrange any more calls to this number today. Please call again tomorrow.",
    callback_failed="I could not arrange a call back at the moment. Please call again later.",
    no_number_to_call=(
        "I cannot see the number you are calling from, so nobody can call you back. "
        "Please call again from a phone that shows its number."
    ),
    identity_out_of_reach="I cannot verify who you are at the moment, because a service I need is not responding.",
    identity_busy="I cannot verify who you are at the moment, because too many people are calling.",
    trouble="Sorry, something went wrong on our side. Please call again later.",
    closing="This line is about to close for a short break. Please call again in a few minutes.",
    go_on="Let's continue where we were.",
    start_over="Let's start from the beginning.",
    call_is_over="This call is over.",
    call_back_opening=call_back_opening,
    call_back_menu="To speak with a support agent, press 1.",
    connecting="One moment, please.",
    agent_not_reached="I'm sorry, all our agents are busy. Please call again later.",
)
