"""Messages that the account sends: checks, delivery to a handset, status callbacks. Incoming ones are in `incoming`.

A message is delivered, or not, as soon as it has been taken; only the answer to its creation still says `queued`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from fakes.twilio import magic, numbers, phones, webhooks
from fakes.twilio.account import Account
from fakes.twilio.errors import missing, not_simulated, refusal
from fakes.twilio.lists import newest_first
from fakes.twilio.records import Message, MessageDirection, MessageStatus, Text, keep
from fakes.twilio.request import Form, is_absolute

LONGEST_BODY = 1600
MOST_MEDIA = 10
MOST_TEXTS = 5000  # a handset's memory, so that a long load test does not fill ours
API_VERSION = "2010-04-01"


def create(account: Account, form: Form, *, is_test: bool) -> Message:
    """A new message as it was taken; it is on the handset when this returns. Test credentials text nobody."""
    to = _to(form, is_test=is_test)
    sender = _sender(account, form, is_test=is_test)
    if to == sender and not is_test:
        raise refusal(21266, to)
    body, media = form.raw("Body"), tuple(url for url in form.all("MediaUrl") if url)
    _check_content(form, body, media)
    callback = form.url("StatusCallback", 21609)
    message = _taken(account, to, sender, body, "outbound-api", media=media, status_callback=callback)
    if not is_test:
        keep_message(account, message)
        _deliver(account, message)
    return message


def send(
    account: Account,
    to: str,
    sender: str,
    body: str,
    direction: MessageDirection,
    *,
    status_callback: str | None = None,
    sid: str | None = None,
) -> Message:
    """A message that something else than the REST API sends: a reply in TwiML, or a verb in a call."""
    message = _taken(account, to, sender, body, direction, status_callback=status_callback, sid=sid)
    keep_message(account, message)
    return _deliver(account, message)


def keep_message(account: Account, message: Message) -> None:
    """Remember a message, at the cost of very old ones."""
    keep(account.tables.messages, message.sid, message, lambda each: each.status not in ("queued", "sending", "sent"))


def find(account: Account, sid: str, path: str) -> Message:
    found = account.tables.messages.get(sid)
    if found is None:
        raise missing(path)
    return found


def redact(account: Account, message: Message, form: Form) -> Message:
    """An empty Body removes the text from the record; nothing else of a message can be changed once it was sent."""
    if form.text("Status"):
        raise refusal(20001, "Only scheduled messages can be canceled")
    if "Body" not in form or form.raw("Body"):
        raise refusal(20001, "Body can only be set to an empty string")
    changed = replace(message, body="", updated=account.now())
    account.tables.messages[message.sid] = changed
    return changed


def delete(account: Account, message: Message) -> None:
    del account.tables.messages[message.sid]


FILTERS: Mapping[str, Callable[[Message], str]] = {
    "To": lambda message: message.to,
    "From": lambda message: message.sender,
}
MOMENTS: Mapping[str, Callable[[Message], float | None]] = {"DateSent": lambda message: message.sent}


def listed(account: Account, query: Form) -> list[Message]:
    return newest_first(account.tables.messages.values(), query, FILTERS, MOMENTS)


def delivered(account: Account, to: str) -> list[Text]:
    """What is on a handset, newest last."""
    return [text for text in account.tables.texts if text.to == to]


# ---------------------------------------------------------------- delivery


def _taken(
    account: Account,
    to: str,
    sender: str,
    body: str,
    direction: MessageDirection,
    *,
    media: tuple[str, ...] = (),
    status_callback: str | None = None,
    sid: str | None = None,
) -> Message:
    now = account.now()
    sid = sid or account.source.sid("MM" if media else "SM")
    return Message(sid, to, sender, body, direction, "queued", now, now, media=media, status_callback=status_callback)


def _deliver(account: Account, message: Message) -> Message:
    code = account.tables.unreachable.get(message.to)
    _reach(account, message, "sending")
    message = _reach(account, replace(message, sent=account.now()), "sent")
    if code is not None:
        return _reach(account, replace(message, error_code=code), "undelivered")
    texts = account.tables.texts
    texts.append(Text(message.to, message.sender, message.body, account.now(), message.sid, message.media))
    if len(texts) > MOST_TEXTS:
        del texts[: MOST_TEXTS // 2]
    return _reach(account, message, "delivered")


def _reach(account: Account, message: Message, status: MessageStatus) -> Message:
    """The message gets that far, and the application is told. There is no callback for the first status."""
    message = replace(message, status=status, updated=account.now())
    account.tables.messages[message.sid] = message
    if message.status_callback:
        params = {
            "AccountSid": account.sid,
            "ApiVersion": API_VERSION,
            "From": message.sender,
            "MessageSid": message.sid,
            "MessageStatus": status,
            "SmsSid": message.sid,
            "SmsStatus": status,
            "To": message.to,
        }
        if message.error_code is not None:
            params["ErrorCode"] = str(message.error_code)
        webhooks.post(account, message.sid, "POST", message.status_callback, params)
    return message


# ---------------------------------------------------------------- reading what is asked for


def _to(form: Form, *, is_test: bool) -> str:
    given = form.text("To")
    if not given:
        raise refusal(21604)
    if given.startswith(("whatsapp:", "messenger:", "rcs:")):
        raise not_simulated(f"channels other than SMS and MMS ({given.partition(':')[0]})")
    to = phones.normalized(given)
    if is_test:
        magic.check(magic.MESSAGE_TO, to or given)
    if to is None:
        raise refusal(21211, given)
    return to


def _sender(account: Account, form: Form, *, is_test: bool) -> str:
    service = form.text("MessagingServiceSid")
    if form.text("SendAt") or form.text("ScheduleType"):
        raise not_simulated("scheduled messages (SendAt)") if service else refusal(35118)
    if service:
        raise refusal(21701, service)  # there are none in this account
    given = form.text("From")
    if not given:
        raise refusal(21603)
    sender = phones.normalized(given)
    if is_test:
        magic.check_sender(magic.MESSAGE_FROM, sender or given, 21606)
    if sender is None:
        raise refusal(21212, given)
    if not is_test and numbers.owner_of(account, sender) is None:
        raise refusal(21606, sender)
    return sender


def _check_content(form: Form, body: str, media: tuple[str, ...]) -> None:
    if form.text("ContentSid"):
        raise refusal(21655, form.text("ContentSid"))  # there are none in this account
    if not body and not media:
        raise refusal(21602)
    if len(body) > LONGEST_BODY:
        raise refusal(21617)
    if len(media) > MOST_MEDIA:
        raise refusal(21623)
    wrong = next((url for url in media if not is_absolute(url)), None)
    if wrong is not None:
        raise refusal(21620, wrong)
