"""The steps of an authn transaction: challenge, poll and prove a factor, or enrol one; its states are in `authn`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fakes.okta import activate, authn, enrol, factors, policies, policy_forms, push, verify
from fakes.okta.authn import Outcome
from fakes.okta.errors import invalid, refusal
from fakes.okta.org import Org
from fakes.okta.records import PUSH, QUESTION, Factor, Login, User


def verify_factor(org: Org, login: Login, factor_id: str, document: Mapping[str, Any], origin: str) -> Outcome:
    """Challenge, poll or prove a factor, whichever the state and the body make of it."""
    if login.status not in ("UNAUTHENTICATED", "MFA_REQUIRED", "MFA_CHALLENGE"):
        raise refusal("E0000079")
    if login.status == "MFA_CHALLENGE" and login.factor_id != factor_id:
        raise refusal("E0000079")
    if login.password_id and factor_id == login.password_id:
        return _prove_password(org, login, document)
    user, factor = _chosen(org, login, factor_id)
    if factor.type == PUSH:
        return _push(org, login, user, factor, origin)
    given = document.get("answer" if factor.type == QUESTION else "passCode")
    if given is None or given == "":
        return _challenge(org, login, user, factor)
    verify.check_answer(org, user, factor, str(given))
    return _advance(org, login, user, factor.type)


def resend(org: Org, login: Login, factor_id: str, origin: str) -> Login:
    if login.status != "MFA_CHALLENGE" or login.factor_id != factor_id:
        raise refusal("E0000079")
    user, factor = _chosen(org, login, factor_id)
    if factor.type == PUSH:
        return _start_push(org, login, user, factor, origin)
    if factor.type not in verify.DELIVERED:
        raise refusal("E0000079")
    return _challenge(org, login, user, factor)


def _chosen(org: Org, login: Login, factor_id: str) -> tuple[User, Factor]:
    """One of the factors that are offered now."""
    user = authn.user_of(org, login)
    if user is None:
        raise refusal("E0000007", about=f"Resource not found: {factor_id} (UserFactor)")
    factor = factors.find(org, user, factor_id)
    if factor not in authn.offered(org, login):
        raise refusal("E0000079")
    return user, factor


def _prove_password(org: Org, login: Login, document: Mapping[str, Any]) -> Outcome:
    user = authn.user_of(org, login)
    given = document.get("password", document.get("passCode"))
    if given is None:
        raise invalid("password", "password: The field cannot be left blank")
    if user is None or user.status == "LOCKED_OUT" or user.password != given:
        raise refusal("E0000068", "Password is incorrect")
    return _advance(org, login, user, authn.PASSWORD)


def _challenge(org: Org, login: Login, user: User, factor: Factor) -> Login:
    """A code goes out, or the person is asked for what they already have."""
    if factor.type in verify.DELIVERED:
        verify.challenge(org, user, factor)
    else:
        verify.check_usable(user, factor)
    return authn.keep(org, replace(login, status="MFA_CHALLENGE", factor_id=factor.id))


def _push(org: Org, login: Login, user: User, factor: Factor, origin: str) -> Outcome:
    """The same call starts a push, polls it, and starts another once its rejection or timeout was told (A10, A11)."""
    if login.status != "MFA_CHALLENGE" or login.is_push_over:
        return _start_push(org, login, user, factor, origin)
    found = push.look_up(org, factor, login.push_id)
    if found.result == "SUCCESS":
        return _advance(org, login, user, PUSH)
    if found.result == "WAITING":
        return login
    return authn.keep(org, replace(login, is_push_over=True))


def _start_push(org: Org, login: Login, user: User, factor: Factor, origin: str) -> Login:
    started = push.start(org, user, factor, with_number=False, origin=origin)
    return authn.keep(
        org, replace(login, status="MFA_CHALLENGE", factor_id=factor.id, push_id=started.id, is_push_over=False)
    )


def _advance(org: Org, login: Login, user: User, kind: str) -> Outcome:
    """The step is done: the chain's next one, or the end."""
    proved = [step for step in login.steps or () if authn.fits((step,), kind)]
    following = tuple(each for step in proved for each in step.get("next") or ())
    if not following or any(not step.get("next") for step in proved):
        return authn.finish(org, login)
    return authn.keep(
        org,
        replace(
            login,
            status="MFA_REQUIRED",
            origin="MFA_REQUIRED",
            is_identified=True,
            steps=following,
            password_id=authn.password_id(org, following),
            factor_id="",
            push_id="",
        ),
    )


def enrolment_choices(org: Org, login: Login) -> list[tuple[str, str]]:
    """(factor type, REQUIRED or OPTIONAL) of what may still be enrolled."""
    user = _user(org, login)
    settings = policies.policy_for(org, policies.MFA_ENROLL, user).settings or {}
    required = set(policy_forms.offered_factors(org, settings, only="REQUIRED"))
    have = {each.type for each in authn.usable_factors(org, user)}
    return [
        (kind, "REQUIRED" if kind in required else "OPTIONAL")
        for kind in enrol.enrollable(org, user)
        if kind not in have
    ]


def begin_enrolment(org: Org, login: Login, body: Mapping[str, Any]) -> Outcome:
    """A question is done at once; everything else waits for its activation."""
    if login.status != "MFA_ENROLL":
        raise refusal("E0000079")
    user = _user(org, login)
    factor = enrol.enrol(org, user, body)
    if factor.status == "ACTIVE":
        return _enrolled(org, login)
    return authn.keep(org, replace(login, status="MFA_ENROLL_ACTIVATE", factor_id=factor.id))


def prove_enrolment(org: Org, login: Login, factor_id: str, given: str) -> Outcome:
    user, factor = pending_enrolment(org, login, factor_id)
    activate.by_code(org, user, factor, given)
    return _enrolled(org, login)


def poll_enrolment(org: Org, login: Login, factor_id: str) -> Outcome:
    """A push waits for the device that scans it."""
    _, factor = pending_enrolment(org, login, factor_id)
    if factor.type != PUSH:
        raise refusal("E0000079")
    return _enrolled(org, login) if factor.status == "ACTIVE" else login


def resend_enrolment(org: Org, login: Login, factor_id: str) -> Login:
    _, factor = pending_enrolment(org, login, factor_id)
    activate.check_tries(org, factor)
    enrol.resend(org, factor)
    return login


def pending_enrolment(org: Org, login: Login, factor_id: str) -> tuple[User, Factor]:
    if login.status != "MFA_ENROLL_ACTIVATE" or login.factor_id != factor_id:
        raise refusal("E0000079")
    user = _user(org, login)
    return user, factors.find(org, user, factor_id)


def _enrolled(org: Org, login: Login) -> Outcome:
    """Further REQUIRED ones are asked for before the end."""
    left = replace(login, status="MFA_ENROLL", factor_id="")
    if any(need == "REQUIRED" for _, need in enrolment_choices(org, left)):
        return authn.keep(org, left)
    return authn.finish(org, left)


def _user(org: Org, login: Login) -> User:
    user = authn.user_of(org, login)
    if user is None:
        raise refusal("E0000011")
    return user
