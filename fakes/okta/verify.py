"""Proving a factor: challenges, codes, answers and the lockout; push transactions have their own room."""

from fakes.okta import delivery, totp, users
from fakes.okta.errors import invalid, refusal
from fakes.okta.org import Org
from fakes.okta.records import CALL, EMAIL, QUESTION, SMS, TOTP, Factor, User

DELIVERED = (SMS, CALL, EMAIL)
LOCK_WINDOW = 300.0  # five failures in a row count together when they are within five minutes (support article)
WRONG_ANSWER = "Your answer doesn't match our records. Please try again."
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
    delivery.send_code(org, factor, lifetime=lifetime if factor.type == EMAIL else None)


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
        count_failure(org, user)
        raise refusal("E0000068", WRONG_PASSCODE if factor.type == TOTP else WRONG_ANSWER)
    org.tables.failures.pop(user.id, None)


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
    step = totp.matching_step(factor.secret, given, org.now())
    if step is None:
        return False
    if step <= org.tables.used_steps.get(factor.id, -1):
        raise refusal("E0000082")
    if abs(step - totp.step_at(org.now())) > totp.SKEW:
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
