"""What users and factors are found by at once: logins, telephone numbers, whose they are."""

import unicodedata
from functools import lru_cache

from fakes.okta.indexed import Indexed, Term
from fakes.okta.records import Factor, User

NUMBERS = ("ivrPhone", "mobilePhone")


def people() -> Indexed[User]:
    """A table of users."""
    return Indexed(_of_user)


def enrolments() -> Indexed[Factor]:
    """A table of factors."""
    return Indexed(_of_factor)


def login(given: str) -> Term:
    """Whose login this is."""
    return "login", fold_login(given)


def short_name(given: str) -> Term:
    """Whose login begins so, before the `@`."""
    return "short name", fold_login(given)


def number(given: str) -> Term:
    """Who may have this number: case does not count here, as in a search."""
    return "number", given.lower()


def owner(user_id: str) -> Term:
    """Whose factors."""
    return "owner", user_id


@lru_cache(maxsize=65536)
def fold_login(login: str) -> str:
    """Logins are unique ignoring case and accents."""
    decomposed = unicodedata.normalize("NFKD", login)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()


def _of_user(user: User) -> frozenset[Term]:
    own = str(user.profile.get("login"))
    found = {login(own), ("short name", fold_login(own).partition("@")[0])}
    for key in NUMBERS:
        value = user.profile.get(key)
        several = value if isinstance(value, list | tuple) else (value,)
        found.update(number(str(each)) for each in several if each)
    return frozenset(found)


def _of_factor(factor: Factor) -> frozenset[Term]:
    own, given = owner(factor.user_id), factor.profile.get("phoneNumber")
    return frozenset({own, number(str(given))} if given else {own})
