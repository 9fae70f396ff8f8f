"""Proving a factor: codes that are sent or shown, answers, and the lockout; push transactions have their own room."""

import hmac
from base64 import b32decode
from hashlib import sha1

from fakes.okta import system_log, users
from fakes.okta.errors import invalid, refusal
from fakes.okta.org import Org
from fakes.okta.records import CALL, EMAIL, QUESTION, SMS, TOTP, Code, Factor, Text, User

PAUSE = {SMS: (30.0, "E0000109"), CALL: (30.0, "E0000133"), EMAIL: (5.0, "E0000118")}
DIGITS = {SMS: 6, CALL: 5, EMAIL: 6}  # Okta's examples of spoken codes have five digits
MOST_TEXTS = 5000  # a handset's memory, so that a long load test does not fill ours
STEP = 30
TOTP_DIGITS = 6
SKEW = 1  # steps to either side that still count as now
WINDOW = 10  # steps to either side that are recognised, and refused as outside the window
DELIVERED = (SMS, CALL, EMAIL)
LOCK_WINDOW = 300.0  # five failures in a row count together when they are within five minutes (support article)
WRONG_ANSWER = "Your answer doesn't match our records. Please try again."
WRONG_CODE = "Your token doesn't match our records. Please try again."  # of a text or a call (A23, mocks only)
WRONG_PASSCODE = "Your passcode doesn't match our records. Please try again."


def check_usable(user: User, factor: Factor) -> None:
    """A locked user is refused (E0000069); so is a factor that is not ACTIVE (V13, our choice of code)."""
    if user.status == "LOCKED_OUT":
        raise refusal("E0000069")
    if user.status in ("DEPROVISIONED", "SUSPENDED"):
        raise refusal("E0000038")
    if factor.status != "ACTIVE":
        raise invalid("factor", f"The factor is {factor.status}, not ACTIVE.")


def challenge(org: Org, user: User, factor: Factor, *, lifetime: float | None = None) -> None:
    """Deliver a one-time code. `lifetime` counts for e-mail only: texts and calls have five minutes, fixed."""
    check_usable(user, factor)
    send_code(org, factor, lifetime=lifetime if factor.type == EMAIL else None)


def check_answer(org: Org, user: User, factor: Factor, given: str) -> None:
    """Return when `given` proves the factor; otherwise count the failure and raise. A code is good once."""
    check_usable(user, factor)
    if factor.type in DELIVERED:
        is_right = take_code(org, factor, given)
    elif factor.type == TOTP:
        is_right = _take_step(org, factor, given)
    elif factor.type == QUESTION:
        is_right = given.strip().casefold() == factor.secret.strip().casefold()  # case: V11, our choice
    else:
        raise invalid("factorType", f"{factor.type} is not verified with a code or an answer.")
    if not is_right:
        system_log.note(org, system_log.PROVED, user, reason="INVALID_CREDENTIALS")
        count_failure(org, user)
        causes = {TOTP: WRONG_PASSCODE, SMS: WRONG_CODE, CALL: WRONG_CODE}
        raise refusal("E0000068", causes.get(factor.type, WRONG_ANSWER))
    org.tables.failures.pop(user.id, None)
    system_log.note(org, system_log.PROVED, user)


def take_code(org: Org, factor: Factor, given: str) -> bool:
    """Whether a live code of that factor reads so; if it does, it is used up."""
    now = org.now()
    codes = org.tables.codes.get(factor.id, ())
    for code in codes:
        if code.value == given and now < code.expires_at:
            org.tables.codes[factor.id] = tuple(each for each in codes if each is not code)
            return True
    return False


def _take_step(org: Org, factor: Factor, given: str) -> bool:
    """A TOTP code: now or a step beside it, and later than the last one used (V10)."""
    step = matching_step(factor.secret, given, org.now())
    if step is None:
        return False
    if step <= org.tables.used_steps.get(factor.id, -1):
        raise refusal("E0000082")
    if abs(step - step_at(org.now())) > SKEW:
        raise refusal("E0000083")
    org.tables.used_steps[factor.id] = step
    return True


def count_failure(org: Org, user: User) -> None:
    """The fifth failure in a row locks the account (Classic, and Identity Engine through the API; V09)."""
    now = org.now()
    earlier = org.tables.failures.get(user.id, ())
    recent = (*(at for at in earlier if now - at < LOCK_WINDOW), now)
    org.tables.failures[user.id] = recent
    if len(recent) >= org.settings.failures_before_lock and user.status == "ACTIVE":
        users.set_status(org, user, "LOCKED_OUT")
        system_log.note(org, system_log.LOCKED, user, reason="LOCKED_OUT")


def address(factor: Factor) -> str:
    return str(factor.profile.get("email") if factor.type == EMAIL else factor.profile.get("phoneNumber"))


def send_code(org: Org, factor: Factor, *, lifetime: float | None = None) -> Code:
    """A new one-time code for a factor; refused when the last one to the same address is too recent.

    Classic keeps an earlier code good until it expires, Identity Engine voids it (support article, V06).
    """
    now = org.now()
    check_deliverable(org, factor)
    code = Code(org.source.code(DIGITS[factor.type]), now + (lifetime or org.settings.otp_seconds))
    earlier = org.tables.codes.get(factor.id, ()) if org.is_classic else ()
    org.tables.codes[factor.id] = (*(each for each in earlier if each.expires_at > now), code)
    org.tables.sent[factor.type, address(factor)] = now
    words = _words(factor.type, code.value)
    org.tables.texts.append(Text(address(factor), words, code.value, now, factor.type, code.expires_at))
    if len(org.tables.texts) > MOST_TEXTS:
        del org.tables.texts[: MOST_TEXTS // 2]
    system_log.note(org, system_log.SENT[factor.type], org.tables.users.get(factor.user_id))
    return code


def check_deliverable(org: Org, factor: Factor) -> None:
    """Refused within the pause after the last one to the same address, or when the org has no telephony."""
    if factor.type in (SMS, CALL) and not org.settings.telephony:
        raise refusal("E0000247")
    seconds, error = PAUSE[factor.type]
    last = org.tables.sent.get((factor.type, address(factor)))
    if last is not None and org.now() - last < seconds:
        raise refusal(error)


def delivered(org: Org, to: str, channel: str = SMS) -> list[Text]:
    """What reached that number or address, newest last."""
    return [text for text in org.tables.texts if text.to == to and text.channel == channel]


def _words(channel: str, code: str) -> str:
    if channel == CALL:
        spoken = ", ".join(code)
        return f"Your verification code is {spoken}. Again, your verification code is {spoken}."
    return f"Your verification code is {code}."


def step_at(now: float) -> int:
    return int(now // STEP)


def code_at(secret: str, step: int) -> str:
    """The code of one step; `secret` is base32, with or without its padding."""
    key = b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    digest = hmac.new(key, step.to_bytes(8, "big"), sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**TOTP_DIGITS).zfill(TOTP_DIGITS)


def matching_step(secret: str, given: str, now: float) -> int | None:
    """The step nearest to now whose code reads so, or None."""
    current = step_at(now)
    nearest_first = sorted(range(-WINDOW, WINDOW + 1), key=abs)
    return next(
        (current + away for away in nearest_first if current + away >= 0 and code_at(secret, current + away) == given),
        None,
    )
