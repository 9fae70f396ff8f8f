"""Turning a pending enrolment into an active factor: by its code, or by the device that scans the push's QR code."""

from dataclasses import replace

from fakes.okta import enrol, factors, verify
from fakes.okta.errors import invalid, refusal
from fakes.okta.org import Org
from fakes.okta.push import HandsetError
from fakes.okta.records import PUSH, TOTP, Activation, Factor, User
from fakes.okta.verify import WRONG_CODE, WRONG_PASSCODE, take_code

MOST_TRIES = 5
TRY_WINDOW = 300.0


def by_code(org: Org, user: User, factor: Factor, given: str) -> Factor:
    """The code proves it; the sixth try in five minutes is refused, right or wrong (E07)."""
    _check_pending(factor)
    count_try(org, factor)
    if factor.type == TOTP:
        step = verify.matching_step(factor.secret, given, org.now())
        is_right = step is not None and abs(step - verify.step_at(org.now())) <= verify.SKEW
        if is_right and step is not None:
            org.tables.used_steps[factor.id] = step
    else:
        is_right = take_code(org, factor, given)
    if not is_right:
        raise refusal("E0000068", WRONG_PASSCODE if factor.type == TOTP else WRONG_CODE)
    return _activate(org, user, factor)


def count_try(org: Org, factor: Factor) -> None:
    check_tries(org, factor)
    earlier = org.tables.tries.get(factor.id, ())
    org.tables.tries[factor.id] = (*(at for at in earlier if org.now() - at < TRY_WINDOW), org.now())


def check_tries(org: Org, factor: Factor) -> None:
    recent = [at for at in org.tables.tries.get(factor.id, ()) if org.now() - at < TRY_WINDOW]
    if len(recent) >= MOST_TRIES:
        raise refusal("E0000047")


def restart(org: Org, factor: Factor) -> None:
    """A push activation that timed out begins again."""
    _check_pending(factor)
    enrol.begin(org, factor)


def look_up(org: Org, factor: Factor) -> Activation:
    """How the activation of a pending push stands now."""
    found = org.tables.activations.get(factor.id)
    if found is None:
        raise invalid("factor", "This factor is not waiting for a device.")
    if found.result == "WAITING" and org.now() > found.expires_at:
        found = replace(found, result="TIMEOUT")
        org.tables.activations[factor.id] = found
    return found


def scan(org: Org, user: User, name: str) -> Factor:
    """The person scans the QR code of their newest pending push with the device of that name."""
    waiting = [
        each
        for each in factors.of_user(org, user)
        if each.type == PUSH and each.status == "PENDING_ACTIVATION" and look_up(org, each).result == "WAITING"
    ]
    if not waiting:
        raise HandsetError(f"no push enrolment of {user.id} is waiting to be scanned")
    factor = replace(waiting[-1], profile=factors.device(str(user.profile["login"]), name))
    org.tables.factors[factor.id] = factor
    org.tables.activations.pop(factor.id)
    return _activate(org, user, factor)


def shown_code(org: Org, user: User) -> tuple[str, float]:
    """What the user's authenticator app shows now, and until when (Unix seconds)."""
    for factor in factors.of_user(org, user):
        if factor.type == TOTP:
            step = verify.step_at(org.now())
            return verify.code_at(factor.secret, step), float((step + 1) * verify.STEP)
    raise HandsetError(f"{user.id} has no authenticator app")


def _activate(org: Org, user: User, factor: Factor) -> Factor:
    active = factors.set_status(org, factor, "ACTIVE")
    org.tables.tries.pop(factor.id, None)
    enrol.with_siblings(org, user, active)
    return active


def _check_pending(factor: Factor) -> None:
    """Only a pending enrolment can be activated (the code is our guess)."""
    if factor.status != "PENDING_ACTIVATION":
        raise invalid("factor", f"The factor is {factor.status}, not PENDING_ACTIVATION.")
