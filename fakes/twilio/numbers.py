"""The account's phone numbers and where their calls and messages go; a change reaches the network at once."""

from dataclasses import replace
from typing import Any

from fakes.twilio import applications, magic, phones
from fakes.twilio.account import Account
from fakes.twilio.applications import Kind, read_changes
from fakes.twilio.errors import missing, refusal
from fakes.twilio.network import VoiceRoute
from fakes.twilio.records import Application, Number
from fakes.twilio.request import Form

OF_NUMBERS: dict[str, tuple[str, Kind]] = {
    "VoiceApplicationSid": ("voice_application_sid", "text"),
    "VoiceReceiveMode": ("voice_receive_mode", "text"),
    "SmsApplicationSid": ("sms_application_sid", "text"),
}


def find(account: Account, sid: str, path: str) -> Number:
    found = account.tables.numbers.get(sid)
    if found is None:
        raise missing(path)
    return found


def owner_of(account: Account, phone_number: str) -> Number | None:
    """The record of a number, None when the account does not have it."""
    found = account.tables.numbers.values()
    return next((each for each in found if each.phone_number == phone_number), None)


def add(account: Account, phone_number: str, **settings: Any) -> Number:  # the fields of a Number
    """Give the account a number that it has not yet."""
    now = account.now()
    settings.setdefault("friendly_name", phones.formatted(phone_number))
    number = Number(account.source.sid("PN"), phone_number, now, now, **settings)
    account.tables.numbers[number.sid] = number
    connect(account, number)
    return number


def buy(account: Account, form: Form, *, is_test: bool) -> Number:
    """A number that is asked for by itself is free unless the account has it; which others are free nobody knows."""
    settings = _changes(account, form)
    area, given = form.text("AreaCode"), form.text("PhoneNumber")
    if area:
        magic.check(magic.AREA_CODES, area)
        if not is_test:
            raise refusal(21452, area)
        given = magic.VALID
    if not given:
        raise refusal(21401)
    wanted = phones.normalized(given)
    if is_test:
        magic.check(magic.PURCHASE, wanted or given)
    if wanted is None:
        raise refusal(21421, given)
    if is_test:
        now = account.now()
        named = {"friendly_name": phones.formatted(wanted), **settings}
        return Number(account.source.sid("PN"), wanted, now, now, **named)
    if owner_of(account, wanted) is not None:
        raise refusal(21422, wanted)
    return add(account, wanted, **settings)


def update(account: Account, number: Number, form: Form) -> Number:
    changed = replace(number, updated=account.now(), **_changes(account, form))
    account.tables.numbers[number.sid] = changed
    connect(account, changed)
    return changed


def listed(account: Account, query: Form) -> list[Number]:
    """By exact FriendlyName, and by a part of the number in which `*` stands for any digit (Twilio docs)."""
    name, pattern = query.text("FriendlyName"), query.text("PhoneNumber")
    if pattern.startswith(" "):  # a `+` that was not encoded
        pattern = f"+{pattern[1:]}"
    return [
        each
        for each in reversed(account.tables.numbers.values())
        if name in ("", each.friendly_name) and _matches(pattern, each.phone_number)
    ]


def connect(account: Account, number: Number) -> None:
    """Tell the network where calls to the number go now."""
    if account.network is not None:
        account.network.configure(voice_route(account, number))


def connect_users_of(account: Account, application: Application) -> None:
    for number in account.tables.numbers.values():
        if number.voice_application_sid == application.sid:
            connect(account, number)


def voice_route(account: Account, number: Number) -> VoiceRoute:
    """The number's own URLs, or those of its application, which win."""
    application = account.tables.applications.get(number.voice_application_sid)
    if application is not None:
        return applications.voice_route(application, number.phone_number)
    return VoiceRoute(
        number.phone_number,
        number.voice_url,
        number.voice_method,
        number.voice_fallback_url or None,
        number.voice_fallback_method,
        number.status_callback or None,
        number.status_callback_method,
    )


def _changes(account: Account, form: Form) -> dict[str, Any]:
    changes = read_changes(form, OF_NUMBERS)
    for name in ("voice_application_sid", "sms_application_sid"):
        sid = changes.get(name)
        if sid and sid not in account.tables.applications:
            raise refusal(21420, sid)
    if form.text("TrunkSid"):
        raise refusal(20501, "SIP trunks (TrunkSid)")
    return changes


def _matches(pattern: str, number: str) -> bool:
    """A pattern may stand anywhere in the number, as it may at Twilio."""
    if not pattern:
        return True
    spans = range(len(number) - len(pattern) + 1)
    return any(all(p in ("*", n) for p, n in zip(pattern, number[at:], strict=False)) for at in spans)
