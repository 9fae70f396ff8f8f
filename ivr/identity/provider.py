"""What a provider of proofs says of itself: one row, in its own file, for settings, start-up and `ivr doctor`."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from ivr.identity.okta_wire import OktaWire
from ivr.identity.protocol import Identity

CLASSIC, IDENTITY_ENGINE = "Classic Engine", "Identity Engine"
KINDS = r"^(sms|push|call|totp|google)( (sms|push|call|totp|google))*$"


def read_private_key(given: SecretStr | None) -> SecretStr | None:
    """Take a setting's key: itself, with real or written-out ends of line, or the file that holds it. ValueError."""
    if given is None:
        return None
    text = given.get_secret_value().strip().replace("\\n", "\n")
    if not text.startswith(("-----BEGIN", "{")):
        try:
            text = Path(text).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            raise ValueError("it must be a private key (PEM or JWK) or the path of a file with one") from None
    if "PRIVATE KEY-----" not in text and not re.search(r'"kty"\s*:\s*"RSA"', text):
        raise ValueError("it must hold an RSA private key, in PEM form or as a JWK")
    return SecretStr(text)


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a provider works on an org; `remedy` is empty when it does."""

    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One way to prove callers. `make` and `conflict` get the line's settings, among them the provider's own.

    `make` gets the line's clock, too (seconds since the epoch). `conflict` says which setting does not go with this
    provider, None when all do. `refused` is what to do about a person whom it refuses. `offers` names the kinds of
    factor that everybody is offered, None where each person has their own. `manages`: it needs `okta.users.manage`.
    `needed` are the settings without which live callers cannot be proven, by name. `probe` asks Okta whether it would
    serve the identity that `make` made, for `ivr doctor`.
    """

    name: str  # the value of OKTA_MFA_API
    api: str
    make: Callable[[OktaWire, Any, Callable[[], float]], Identity]
    conflict: Callable[[Any], str | None]
    fit: Callable[[str], Fit]
    refused: str
    offers: Callable[[Any], str | None] = lambda _: None
    manages: bool = True
    needed: Callable[[Any], Mapping[str, object]] = lambda _: {}
    probe: Callable[[Any], Awaitable[Fit]] | None = None
