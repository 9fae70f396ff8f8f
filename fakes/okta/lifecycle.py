"""The moves of a user's status, and what happens to their password and recovery question; nothing is mailed."""

from collections.abc import Mapping
from dataclasses import replace

from fakes.okta import users
from fakes.okta.errors import OktaError, invalid, refusal
from fakes.okta.org import Org
from fakes.okta.records import User

RESETTABLE = ("ACTIVE", "PROVISIONED", "LOCKED_OUT", "RECOVERY", "PASSWORD_EXPIRED")
CHANGEABLE = ("STAGED", "ACTIVE", "PASSWORD_EXPIRED", "RECOVERY")
WRONG = "Old Password is not correct"
# action: (statuses it may start from, the status it leads to, the error code otherwise)
MOVES: Mapping[str, tuple[frozenset[str], str, str]] = {
    "activate": (frozenset({"STAGED", "DEPROVISIONED"}), "ACTIVE", "E0000016"),
    "reactivate": (frozenset({"PROVISIONED"}), "PROVISIONED", "E0000038"),
    "deactivate": (frozenset(users.STATUSES) - {"DEPROVISIONED"}, "DEPROVISIONED", "E0000038"),
    "suspend": (frozenset({"ACTIVE"}), "SUSPENDED", "E0000001"),
    "unsuspend": (frozenset({"SUSPENDED"}), "ACTIVE", "E0000001"),
    "unlock": (frozenset({"LOCKED_OUT"}), "ACTIVE", "E0000032"),
}


def move(org: Org, user: User, action: str) -> User:
    """A lifecycle step. A user without a password is PROVISIONED, not ACTIVE, when activated."""
    allowed, target, code = MOVES[action]
    if user.status not in allowed:
        raise _may_not(action, user, code)
    if action == "activate" and user.password is None:
        target = "PROVISIONED"
    if action == "activate":
        user = replace(user, activated=org.now())
    if action == "unlock":
        org.tables.failures.pop(user.id, None)
    return users.set_status(org, user, target)


def recover_password(org: Org, user: User, *, by_user: bool) -> User:
    """The user must set another password: RECOVERY. Who forgot theirs must be ACTIVE or in RECOVERY."""
    if user.status not in (("ACTIVE", "RECOVERY") if by_user else RESETTABLE):
        raise refusal("E0000038")
    return users.set_status(org, user, "RECOVERY")


def expire_password(org: Org, user: User, temporary: str | None = None) -> User:
    """The password must be changed at the next sign-in; `temporary` replaces it."""
    if user.status not in ("ACTIVE", "PASSWORD_EXPIRED", "RECOVERY", "LOCKED_OUT"):
        raise refusal("E0000038")
    if temporary is not None:
        user = replace(user, password=temporary, password_changed=org.now())
    return users.set_status(org, user, "PASSWORD_EXPIRED")


def change_password(org: Org, user: User, old: str, new: str) -> User:
    """E0000014 for a wrong old one (Okta docs, "Change password")."""
    if user.status not in CHANGEABLE:
        raise refusal("E0000038")
    if user.password is None or user.password != old:
        raise refusal("E0000014", WRONG)
    users.check_password(new, str(user.profile["login"]))
    after = replace(user, password=new, password_changed=org.now(), last_updated=org.now())
    org.tables.users[user.id] = after
    return after if user.status in ("STAGED", "ACTIVE") else users.set_status(org, after, "ACTIVE")


def change_question(org: Org, user: User, password: str, question: str, answer: str) -> User:
    if user.status not in CHANGEABLE:
        raise refusal("E0000038")
    if user.password is None or user.password != password:
        raise refusal("E0000014", "Password is incorrect")
    if not question or not answer:
        raise invalid("recovery_question", "recovery_question: question and answer are needed")
    after = replace(user, recovery_question=question, recovery_answer=answer, last_updated=org.now())
    org.tables.users[user.id] = after
    return after


def _may_not(action: str, user: User, code: str) -> OktaError:
    if code == "E0000001":
        return invalid(action, f"Cannot {action} user because they are {user.status}")
    return refusal(code, *(["The user is not locked out."] if action == "unlock" else []))
