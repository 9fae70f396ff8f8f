"""Rate limits that a fault has ordered: fixed windows of a minute. Twilio's own limits are not simulated."""

from fakes.twilio.account import Account
from fakes.twilio.errors import refusal

WINDOW = 60.0


def count(account: Account, bucket: str, per_minute: int) -> None:
    """Count one request; 20429 once the window is used up."""
    now = account.now()
    start, used = account.tables.windows.get(bucket, (now, 0))
    if now - start >= WINDOW:
        start, used = now, 0
    if used >= per_minute:
        raise refusal(20429)
    account.tables.windows[bucket] = (start, used + 1)
