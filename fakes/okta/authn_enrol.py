"""Enrolling a factor on the way in (MFA_ENROLL, MFA_ENROLL_ACTIVATE); enrolment itself is the Factors API's."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fakes.okta import activate, authn, enrol, factors, policies, policy_forms
from fakes.okta.authn import Outcome
from fakes.okta.errors import refusal
from fakes.okta.org import Org
from fakes.okta.records import PUSH, Factor, Login, User


def choices(org: Org, login: Login) -> list[tuple[str, str]]:
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


def begin(org: Org, login: Login, body: Mapping[str, Any]) -> Outcome:
    """A question is done at once; everything else waits for its activation."""
    if login.status != "MFA_ENROLL":
        raise refusal("E0000079")
    user = _user(org, login)
    factor = enrol.enrol(org, user, body)
    if factor.status == "ACTIVE":
        return _enrolled(org, login)
    return authn.keep(org, replace(login, status="MFA_ENROLL_ACTIVATE", factor_id=factor.id))


def prove(org: Org, login: Login, factor_id: str, given: str) -> Outcome:
    user, factor = pending(org, login, factor_id)
    activate.by_code(org, user, factor, given)
    return _enrolled(org, login)


def poll(org: Org, login: Login, factor_id: str) -> Outcome:
    """A push waits for the device that scans it."""
    _, factor = pending(org, login, factor_id)
    if factor.type != PUSH:
        raise refusal("E0000079")
    return _enrolled(org, login) if factor.status == "ACTIVE" else login


def resend(org: Org, login: Login, factor_id: str) -> Login:
    _, factor = pending(org, login, factor_id)
    activate.check_tries(org, factor)
    enrol.resend(org, factor)
    return login


def pending(org: Org, login: Login, factor_id: str) -> tuple[User, Factor]:
    if login.status != "MFA_ENROLL_ACTIVATE" or login.factor_id != factor_id:
        raise refusal("E0000079")
    user = _user(org, login)
    return user, factors.find(org, user, factor_id)


def _enrolled(org: Org, login: Login) -> Outcome:
    """Further REQUIRED ones are asked for before the end."""
    left = replace(login, status="MFA_ENROLL", factor_id="")
    if any(need == "REQUIRED" for _, need in choices(org, left)):
        return authn.keep(org, left)
    return authn.finish(org, left)


def _user(org: Org, login: Login) -> User:
    user = authn.user_of(org, login)
    if user is None:
        raise refusal("E0000011")
    return user
