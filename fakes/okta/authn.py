"""The Authentication API's state machine: who is at which state, and what leads on. Classic Engine's, without sessions.

Sources: Okta docs, "Authentication API"; sign-in widget mocks for UNAUTHENTICATED. Username-only sign-in is factor
sequencing; what is known of it is little, and marked where guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fakes.okta import factors, limits, policies, system_log, users
from fakes.okta.errors import OktaError, refusal
from fakes.okta.org import Org
from fakes.okta.records import Factor, Login, SessionToken, User
from fakes.okta.terms import fold_login

PER_USERNAME = 4  # calls of /authn for one username in a second (Okta docs, "Rate limits")
PASSWORD = "password"  # noqa: S105 - the factor type of that name
MANY_LOGINS = 1000
Steps = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Success:
    """The end: a session token, once. `login` was the transaction."""

    user: User
    session_token: str
    expires_at: float


@dataclass(frozen=True, slots=True)
class LockedOut:
    """Shown only by orgs whose policy says so."""


Outcome = Login | Success | LockedOut


def begin(org: Org, username: str, password: str | None) -> Outcome:
    """The primary call, with a password or, under factor sequencing, without."""
    limits.count_burst(org, f"authn {fold_login(username)}", PER_USERNAME)
    user = _known(org, username)
    if user is not None and user.status == "LOCKED_OUT":
        system_log.note(org, system_log.SESSION, user, reason="LOCKED_OUT")
        if org.settings.show_lock_out:
            return LockedOut()
        raise refusal("E0000004")
    if password is None:
        return _begin_without_password(org, username, user)
    if user is None or user.password != password or user.status not in ("ACTIVE", "PASSWORD_EXPIRED"):
        system_log.note(org, system_log.SESSION, user, reason="INVALID_CREDENTIALS")
        raise refusal("E0000004")
    signon = policies.sign_on_actions(org, user)
    if signon["access"] == "DENY":
        raise refusal("E0000004")
    if signon["access"] == "CHALLENGE":
        return _after_password(org, user, tuple(signon["challenge"]["chain"]))
    if not signon["requireFactor"]:
        return _finish(org, user)
    status = "MFA_REQUIRED" if usable_factors(org, user) else "MFA_ENROLL"
    return open_login(org, username, user, status, is_identified=True)


def find(org: Org, token: str | None) -> Login:
    """The transaction of a state token, renewed by being asked for (A15); void once its user or factor is gone."""
    login = org.tables.logins.get(token or "")
    now = org.now()
    if login is None or now >= login.expires_at or not _is_whole(org, login):
        raise refusal("E0000011")
    return keep(org, replace(login, expires_at=now + org.settings.state_token_seconds))


def _is_whole(org: Org, login: Login) -> bool:
    tables = org.tables
    has_user = login.user_id is None or login.user_id in tables.users
    return has_user and (not login.factor_id or login.factor_id in tables.factors)


def cancel(org: Org, login: Login) -> None:
    del org.tables.logins[login.token]


def previous(org: Org, login: Login) -> Login:
    back = {"MFA_CHALLENGE": login.origin, "MFA_ENROLL_ACTIVATE": "MFA_ENROLL"}.get(login.status)
    if back is None:
        raise refusal("E0000079")
    return keep(org, replace(login, status=back, factor_id="", push_id=""))


def skip(org: Org, login: Login) -> Outcome:
    if login.status != "MFA_ENROLL":
        raise refusal("E0000079")
    return finish(org, login)


def offered(org: Org, login: Login) -> list[Factor | None]:
    """The factors of the current step, in enrolment order; None stands for the password."""
    user = user_of(org, login)
    found: list[Factor | None] = []
    if user is not None:
        found += [each for each in usable_factors(org, user) if fits(login.steps, each.type)]
    if login.password_id:
        found.append(None)
    return found


def finish(org: Org, login: Login) -> Outcome:
    """SUCCESS, or PASSWORD_EXPIRED, which comes after the factors."""
    user = user_of(org, login)
    if user is None:
        raise refusal("E0000004")
    if user.status == "PASSWORD_EXPIRED":
        return keep(org, replace(login, status="PASSWORD_EXPIRED", is_identified=True, factor_id="", push_id=""))
    cancel(org, login)
    return _finish(org, user, by_factor=bool(login.factor_id))


def user_of(org: Org, login: Login) -> User | None:
    return org.tables.users.get(login.user_id or "")


def usable_factors(org: Org, user: User) -> list[Factor]:
    allowed = policies.allowed_factors(org, user)
    return [each for each in factors.of_user(org, user) if each.status == "ACTIVE" and each.type in allowed]


def keep(org: Org, login: Login) -> Login:
    org.tables.logins[login.token] = login
    return login


def open_login(
    org: Org,
    username: str,
    user: User | None,
    status: str,
    *,
    is_identified: bool,
    steps: Steps | None = None,
) -> Login:
    now = org.now()
    if len(org.tables.logins) > MANY_LOGINS:
        live = {token: login for token, login in org.tables.logins.items() if login.expires_at > now}
        org.tables.logins = live
    return keep(
        org,
        Login(
            token=org.source.token("00", 23),
            username=username,
            user_id=user.id if user is not None else None,
            status=status,
            expires_at=now + org.settings.state_token_seconds,
            origin=status,
            is_identified=is_identified,
            steps=steps,
            password_id=password_id(org, steps),
        ),
    )


def _known(org: Org, username: str) -> User | None:
    try:
        return users.find(org, username)
    except OktaError:
        return None


def _begin_without_password(org: Org, username: str, user: User | None) -> Login:
    """Factor sequencing. A username nobody has looks like one with a password only (A05)."""
    if not org.is_classic or not org.settings.factor_sequencing or not _has_sequencing(org):
        raise refusal("E0000004")
    steps: Steps = ({"criteria": [{"factorType": PASSWORD, "provider": "OKTA"}]},)
    if user is not None and user.status == "ACTIVE":
        signon = policies.sign_on_actions(org, user)
        if signon["access"] == "CHALLENGE":
            steps = tuple(signon["challenge"]["chain"])
    status = org.settings.sequencing_status
    return open_login(org, username, user, status, is_identified=status != "UNAUTHENTICATED", steps=steps)


def _has_sequencing(org: Org) -> bool:
    return any(rule.actions.get("signon", {}).get("access") == "CHALLENGE" for rule in org.tables.rules.values())


def _after_password(org: Org, user: User, chain: Steps) -> Outcome:
    """The password was the first step of those alternatives that begin with it; the others stay open (a guess)."""
    begun = [step for step in chain if fits((step,), PASSWORD)]
    if any(not step.get("next") for step in begun):
        return _finish(org, user)
    following = tuple(each for step in begun for each in step["next"])
    rest = tuple(step for step in chain if step not in begun)
    username = str(user.profile["login"])
    return open_login(org, username, user, "MFA_REQUIRED", is_identified=True, steps=following or rest)


def password_id(org: Org, steps: Steps | None) -> str:
    """The password is a factor of its own only where a step asks for it."""
    return org.source.id("fpr") if steps is not None and fits(steps, PASSWORD) else ""


def fits(steps: Steps | None, kind: str) -> bool:
    if steps is None:
        return True
    return any(each.get("factorType") == kind for step in steps for each in step["criteria"])


def _finish(org: Org, user: User, *, by_factor: bool = False) -> Success:
    now = org.now()
    org.tables.users[user.id] = replace(user, last_login=now)
    token, until = org.source.token("20111", 20), now + org.settings.session_token_seconds
    kept = org.tables.session_tokens
    while kept and next(iter(kept.values())).expires_at <= now:
        del kept[next(iter(kept))]
    kept[token] = SessionToken(user.id, until, by_factor)
    system_log.note(org, system_log.SESSION, user)
    return Success(org.tables.users[user.id], token, until)
