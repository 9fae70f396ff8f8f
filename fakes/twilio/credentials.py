"""Identify a request's client by HTTP Basic: the account itself, one of its API keys, or the test credentials."""

import base64
import binascii
from dataclasses import dataclass
from hmac import compare_digest

from fakes.twilio.account import Account
from fakes.twilio.errors import refusal

CHALLENGE = ("WWW-Authenticate", 'Basic realm="Twilio API"')
OPEN_TO_TEST = frozenset(("Calls", "Messages", "IncomingPhoneNumbers"))


@dataclass(frozen=True, slots=True)
class Client:
    """Whose resources it may touch, and whether it is only pretending."""

    account_sid: str
    is_test: bool = False
    may_see_account: bool = True


def identify(account: Account, header: str | None) -> Client:
    """The client behind an Authorization header; 20003 for anything else (T80)."""
    user, password = _basic(header)
    if user == account.sid and _equal(password, account.auth_token):
        return Client(account.sid)
    if user == account.test_sid and _equal(password, account.test_token):
        return Client(account.test_sid, is_test=True)
    key = account.api_keys.get(user)
    if key is not None and _equal(password, key.secret):
        return Client(account.sid, may_see_account=key.is_main)
    raise refusal(20003, headers=[CHALLENGE])


def authorize(client: Client, method: str, account_sid: str | None, resource: str) -> None:
    """Another account's resources and, for a standard key, the account itself are 20003; see also 20008.

    That a foreign account is 20003 and not 20404 is our choice (confidence L).
    """
    if account_sid is not None and account_sid != client.account_sid:
        raise refusal(20003, headers=[CHALLENGE])
    if client.is_test and not (method == "POST" and resource in OPEN_TO_TEST):
        raise refusal(20008)
    if resource == "" and not client.may_see_account:
        raise refusal(20003, headers=[CHALLENGE])


def _basic(header: str | None) -> tuple[str, str]:
    scheme, _, rest = (header or "").partition(" ")
    if scheme.lower() != "basic":
        raise refusal(20003, headers=[CHALLENGE])
    try:
        user, colon, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise refusal(20003, headers=[CHALLENGE]) from None
    if not colon:
        raise refusal(20003, headers=[CHALLENGE])
    return user, password


def _equal(given: str, right: str) -> bool:
    return bool(right) and compare_digest(given.encode(), right.encode())
