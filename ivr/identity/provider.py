"""What a provider of proofs says of itself: one row, in its own file, for settings, start-up and `ivr doctor`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ivr.identity.okta_wire import OktaWire
from ivr.identity.protocol import Identity

CLASSIC, IDENTITY_ENGINE = "Classic Engine", "Identity Engine"


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a provider works on an org's engine; `remedy` is empty when it does."""

    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One way to prove callers. `make` and `conflict` get the line's settings, among them the provider's own.

    `conflict` says which setting does not go with this provider, None when all do. `refused` is what to do about a
    person whom it refuses.
    """

    name: str  # the value of OKTA_MFA_API
    api: str
    make: Callable[[OktaWire, Any], Identity]
    conflict: Callable[[Any], str | None]
    fit: Callable[[str], Fit]
    refused: str
