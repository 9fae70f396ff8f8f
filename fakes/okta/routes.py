"""Every path the fake org answers; the rest of Okta's API is refused by name, never as if an object were missing."""

import logging
import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn

from fakes.okta.call import ANONYMOUS, Call, Endpoint
from fakes.okta.endpoints import (
    apps,
    authn,
    factors,
    groups,
    help_desk,
    logs,
    oauth,
    organization,
    policies,
    sessions,
    templates,
    users,
)
from fakes.okta.errors import refusal
from fakes.web import Route

ROUTES: tuple[Route[Endpoint], ...] = (
    *users.ROUTES,
    *help_desk.ROUTES,
    *sessions.ROUTES,
    *factors.ROUTES,
    *groups.ROUTES,
    *policies.ROUTES,
    *authn.ROUTES,
    *apps.ROUTES,
    *oauth.ROUTES,
    *organization.ROUTES,
    *templates.ROUTES,
    *logs.ROUTES,
)


PUBLISHED = Path(__file__).with_name("published.txt")
"""Okta's management API as the modules of its SDK 3.4.6 have it: on each line initials of methods, then a path."""
_METHODS = {"G": "GET", "P": "POST", "U": "PUT", "D": "DELETE", "A": "PATCH"}
log = logging.getLogger("fakes.okta")


def published() -> Iterator[tuple[str, str]]:
    """Every method and path of it; `{}` is a variable part."""
    for line in PUBLISHED.read_text(encoding="utf-8").splitlines():
        letters, _, path = line.partition(" ")
        yield from ((_METHODS[letter], path) for letter in letters)


def others(simulated: Iterable[Route[Endpoint]]) -> tuple[Route[Endpoint], ...]:
    """Routes that refuse what is published and not among these."""
    known = {(route.method, re.sub(r"\{\w+\}", "{}", route.template)) for route in simulated}
    return tuple(
        Route(method, path.replace("{}", "{any}"), partial(_refuse, f"{method} {path}"), "", "api")
        for method, path in published()
        if (method, path) not in known
    )


def _refuse(what: str, call: Call) -> NoReturn:
    if call.client is ANONYMOUS:
        raise refusal("E0000005")
    log.warning("not simulated: %s", what)
    raise refusal("E0000060", f"{what} is not simulated")
