"""The outbox: requests to the application about messages. Somebody else signs and sends them; without one they stay."""

from collections.abc import Mapping

from fakes.twilio.account import Account
from fakes.twilio.network import Method, Webhook

MOST_KEPT = 5000  # so that a long load test does not fill the memory


def post(
    account: Account,
    sid: str,
    method: Method,
    url: str,
    params: Mapping[str, str],
    *,
    answer: bool = False,
    hop: int = 1,
) -> Webhook:
    """Put a request into the outbox and have it sent, if anybody sends."""
    kept = account.tables.webhooks
    webhook = Webhook(kept[-1].id + 1 if kept else 1, sid, method, url, params, answer, hop)
    kept.append(webhook)
    if len(kept) > MOST_KEPT:
        del kept[: MOST_KEPT // 2]
    if account.send is not None:
        account.send(webhook)
    return webhook


def find(account: Account, number: int) -> Webhook | None:
    return next((each for each in reversed(account.tables.webhooks) if each.id == number), None)
