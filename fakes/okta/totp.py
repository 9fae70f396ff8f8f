"""Time-based one-time codes as RFC 6238 has them: SHA-1, 30-second steps, six digits. Nothing is remembered here."""

import hmac
from base64 import b32decode
from hashlib import sha1

STEP = 30
DIGITS = 6
SKEW = 1  # steps to either side that still count as now
WINDOW = 10  # steps to either side that are recognised, and refused as outside the window


def step_at(now: float) -> int:
    return int(now // STEP)


def code_at(secret: str, step: int) -> str:
    """The code of one step; `secret` is base32, with or without its padding."""
    key = b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    digest = hmac.new(key, step.to_bytes(8, "big"), sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching_step(secret: str, given: str, now: float) -> int | None:
    """The step nearest to now whose code reads so, or None."""
    current = step_at(now)
    nearest_first = sorted(range(-WINDOW, WINDOW + 1), key=abs)
    return next(
        (current + away for away in nearest_first if current + away >= 0 and code_at(secret, current + away) == given),
        None,
    )
