"""Rate limits: fixed windows of a minute per bucket, and the three headers every answer carries."""

from collections.abc import Mapping

from fakes.okta.errors import refusal
from fakes.okta.org import Org

WINDOW = 60.0
MANY_WINDOWS = 1000  # usernames tried; those of the past minute are kept
# Requests a minute of a paid org as last published (end of 2025); today only the dashboard tells (confidence M).
BUCKETS: Mapping[str, int] = {"users": 600, "user": 2000, "authn": 600, "api": 1200}


def count(org: Org, bucket: str, per_minute: int | None = None) -> tuple[tuple[str, str], ...]:
    """Count one request and return its headers; E0000047 once the window is used up."""
    limit = BUCKETS[bucket] if per_minute is None else per_minute
    now = org.now()
    start, used = org.tables.windows.get(bucket, (now, 0))
    if now - start >= WINDOW:
        start, used = now, 0
    is_enforced = org.settings.enforce_limits or per_minute is not None
    if used >= limit and is_enforced:
        raise refusal("E0000047", headers=_headers(limit, 0, start + WINDOW))
    used = min(used + 1, limit)
    org.tables.windows[bucket] = (start, used)
    return _headers(limit, limit - used, start + WINDOW)


def count_burst(org: Org, key: str, per_second: int) -> None:
    """A limit of its own by the second; its refusal carries the usual headers with nothing left."""
    now = org.now()
    start, used = org.tables.windows.get(key, (now, 0))
    if now - start >= 1.0:
        start, used = now, 0
    if used >= per_second:
        raise refusal("E0000047", headers=_headers(per_second, 0, start + 1.0))
    if len(org.tables.windows) > MANY_WINDOWS:
        kept = {each: window for each, window in org.tables.windows.items() if now - window[0] < WINDOW}
        org.tables.windows = kept
    org.tables.windows[key] = (start, used + 1)


def unchanged(org: Org, bucket: str) -> tuple[tuple[str, str], ...]:
    """The headers of a request that was refused before it counted."""
    limit, now = BUCKETS[bucket], org.now()
    start, used = org.tables.windows.get(bucket, (now, 0))
    if now - start >= WINDOW:
        start, used = now, 0
    return _headers(limit, limit - used, start + WINDOW)


def _headers(limit: int, remaining: int, reset: float) -> tuple[tuple[str, str], ...]:
    return (
        ("X-Rate-Limit-Limit", str(limit)),
        ("X-Rate-Limit-Remaining", str(remaining)),
        ("X-Rate-Limit-Reset", str(int(reset))),
    )
