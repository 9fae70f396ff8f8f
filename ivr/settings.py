"""The line's settings from the environment and `.env`, checked before anything starts; it opens no connection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from ivr.identity.okta_direct import DirectSettings
from ivr.identity.okta_factors import FactorsSettings
from ivr.identity.provider import KINDS, read_private_key
from ivr.identity.providers import PROVIDERS
from ivr.printable import one_line

Backend = Literal["fake", "cassette", "live"]
CallerId = Literal["any", "not-failed", "passed", "passed-a"]

LIVE_PACE = 1.5  # seconds, longer than Okta mostly takes
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class SettingsError(Exception):
    """A setting is missing or malformed; the message is one sentence that names it and the remedy."""


def _setting(name: str, default: Any = None, **rules: Any) -> Any:
    return Field(default=default, validation_alias=name, **rules)


class Settings(FactorsSettings, DirectSettings):
    """Every setting, under the name it has in the environment, with those of each provider of proofs as a base class.

    The original demo's names stay valid.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    backend: Backend = _setting("IVR_BACKEND", "fake")
    customer_name: Annotated[str, Field(min_length=1, max_length=80)] = _setting("APP_CUSTOMER_NAME", "ATKO MOBILE")

    cassettes: str | None = _setting("IVR_CASSETTES")
    cassette: str | None = _setting("IVR_CASSETTE")

    okta_org_url: str | None = _setting("OKTA_ORG_URL")
    okta_mfa_api: str = _setting("OKTA_MFA_API", "factors")
    okta_api_token: SecretStr | None = _setting("OKTA_API_TOKEN")
    okta_client_id: str | None = _setting("OKTA_CLIENT_ID", pattern=r"^[A-Za-z0-9._-]+$")
    okta_private_key: SecretStr | None = _setting("OKTA_PRIVATE_KEY")
    okta_key_id: str | None = _setting("OKTA_KEY_ID")
    okta_scopes: str = _setting("OKTA_SCOPES", "okta.users.read okta.users.manage", pattern=r"^[a-z.]+( [a-z.]+)*$")

    twilio_account_sid: str | None = _setting("TWILIO_ACCOUNT_SID", pattern=r"^AC[0-9a-fA-F]{32}$")
    twilio_auth_token: SecretStr | None = _setting("TWILIO_AUTH_TOKEN")
    twilio_api_key: str | None = _setting("TWILIO_API_KEY")
    twilio_api_secret: SecretStr | None = _setting("TWILIO_API_SECRET")
    twilio_phone_sid: str | None = _setting("TWILIO_PHONE_SID", pattern=r"^PN[0-9a-fA-F]{32}$")
    twilio_phone_webhook_url: str | None = _setting("TWILIO_PHONE_WEBHOOK_URL")
    twilio_api_url: str | None = _setting("TWILIO_API_URL")

    accounts_api_url: str | None = _setting("ACCOUNTS_API_URL")
    accounts_api_token: SecretStr | None = _setting("ACCOUNTS_API_TOKEN")

    agent_number: str | None = _setting("IVR_AGENT_NUMBER", pattern=r"^\+[1-9]\d{6,14}$")
    call_backs_per_day: int = _setting("IVR_CALL_BACKS_PER_DAY", 3, ge=1, le=50)
    call_backs_of_all: int = _setting("IVR_CALL_BACKS_OF_ALL", 200, ge=1, le=1_000_000)

    test_user_email: str | None = _setting("IVR_TEST_USER_EMAIL")
    test_user_phone: str | None = _setting("IVR_TEST_USER_PHONE")

    store_url: SecretStr | None = _setting("IVR_STORE_URL")
    workers: int = _setting("IVR_WORKERS", 1, ge=1, le=64)

    operator_port: int | None = _setting("IVR_OPERATOR_PORT", ge=1, le=65535)
    log: Literal["auto", "json", "text"] = _setting("IVR_LOG", "auto")
    traces_url: str | None = _setting("IVR_TRACES_URL")
    closing_patience: float = _setting("IVR_CLOSING_PATIENCE", 60.0, ge=0, le=600)

    public_url: str | None = _setting("IVR_PUBLIC_URL")
    caller_id: CallerId = _setting("IVR_CALLER_ID", "not-failed")
    decoy_factors: str = _setting("IVR_DECOY_FACTORS", "sms push", pattern=KINDS)
    given_pace: float | None = _setting("IVR_EVEN_PACE", ge=0, le=5)
    trust_proxy: bool = _setting("IVR_TRUST_PROXY", False)
    push_patience: float = _setting("IVR_PUSH_PATIENCE", 75.0, ge=10, le=300)
    # Okta locks an account at five failures in a row, so more than four is not on offer.
    wrong_codes: int = _setting("IVR_WRONG_CODES", 4, ge=1, le=4)
    wrong_codes_window: float = _setting("IVR_WRONG_CODES_WINDOW", 3600.0, ge=300)
    challenges_per_hour: int = _setting("IVR_CHALLENGES_PER_HOUR", 10, ge=1)
    pushes_per_hour: int = _setting("IVR_PUSHES_PER_HOUR", 5, ge=1)
    declined_pushes_per_day: int = _setting("IVR_DECLINED_PUSHES_PER_DAY", 2, ge=1)
    challenges_per_number: int = _setting("IVR_CHALLENGES_PER_NUMBER", 20, ge=1)
    challenges_of_all: int = _setting("IVR_CHALLENGES_OF_ALL", 1000, ge=1, le=1_000_000)
    wrong_codes_of_all: int = _setting("IVR_WRONG_CODES_OF_ALL", 200, ge=4, le=1_000_000)
    voice: str = _setting("IVR_VOICE", "alice", pattern=r"^[A-Za-z0-9._-]+$")
    language: str = _setting("IVR_LANGUAGE", "en-US", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")

    _unknown: tuple[str, ...] = PrivateAttr(default=())

    @field_validator("okta_org_url", "accounts_api_url", "public_url", "twilio_phone_webhook_url", "traces_url")
    @classmethod
    def _is_web_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            is_well = parts.hostname and parts.port != 0
        except ValueError:  # brackets that do not match, a port that is none
            is_well = None
        if not is_well or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
            raise ValueError("it must be a web address such as https://host.example")
        if parts.username is not None:
            raise ValueError("it must not contain a user name or password")
        return url.rstrip("/")

    @field_validator("okta_org_url")
    @classmethod
    def _is_org(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("it must start with https://")
        if parts.path:
            raise ValueError("it must be the org's address alone, such as https://dev-123.okta.com")
        if re.search(r"-admin\.okta", parts.hostname or ""):
            raise ValueError("it must be the org's own address, without -admin")
        return url

    @field_validator("okta_mfa_api")
    @classmethod
    def _is_provider(cls, name: str) -> str:
        if name not in PROVIDERS:
            raise ValueError(f"it should be {' or '.join(map(repr, PROVIDERS))}")
        return name

    @field_validator("store_url")
    @classmethod
    def _is_store(cls, given: SecretStr | None) -> SecretStr | None:
        """A secret, because it may hold a password."""
        if given is None:
            return None
        try:
            parts = urlsplit(given.get_secret_value())
            is_well = (parts.hostname and parts.port != 0) if parts.scheme in ("redis", "rediss") else parts.path
        except ValueError:  # a port that is none
            is_well = None
        if not is_well or parts.scheme not in ("redis", "rediss", "unix"):
            raise ValueError("it must be the address of a Redis, such as redis://127.0.0.1:6379/0")
        return given

    @field_validator("twilio_api_url")
    @classmethod
    def _is_on_this_machine(cls, url: str | None) -> str | None:
        """Credentials are sent there, and the real API has one address."""
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in _LOOPBACK or parts.path.strip("/") or parts.query:
            raise ValueError("it is for a fake Twilio on this machine, such as http://127.0.0.1:8445")
        return url.rstrip("/")

    @field_validator("okta_private_key")
    @classmethod
    def _is_key(cls, given: SecretStr | None) -> SecretStr | None:
        return read_private_key(given)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        """Settings that exclude each other, and pairs of which one half is of no use."""
        has_app = self.okta_client_id is not None or self.okta_private_key is not None
        if self.okta_api_token is not None and has_app:
            raise ValueError("OKTA_API_TOKEN and OKTA_CLIENT_ID exclude each other: keep the token or the service app")
        if has_app and self.okta_client_id is None:
            raise ValueError("OKTA_PRIVATE_KEY needs OKTA_CLIENT_ID, the service app whose key it is")
        if has_app and self.okta_private_key is None:
            raise ValueError("OKTA_CLIENT_ID needs OKTA_PRIVATE_KEY, the service app's key")
        provider = PROVIDERS[self.okta_mfa_api]
        scope = "okta.users.manage" if provider.manages else "okta.users.read"
        if has_app and scope not in self.okta_scopes.split():
            raise ValueError(f"OKTA_SCOPES must contain {scope}, without which no caller can be proven")
        if self.workers > 1 and self.store_url is None:
            raise ValueError(
                "Several workers need a shared call store: set IVR_STORE_URL to a Redis, or use --workers 1"
            )
        if self.workers > 1 and self.backend != "live":
            raise ValueError(
                f"IVR_BACKEND={self.backend} lives in one process: use --workers 1, or IVR_BACKEND=live with what "
                "`fakes serve` serves"
            )
        conflict = provider.conflict(self)
        if conflict is not None:
            raise ValueError(conflict)
        return self

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names that begin as ours do and are none of ours, from the environment or the env file, sorted."""
        return self._unknown

    @property
    def even_pace(self) -> float:
        """Seconds that a webhook takes at least, until the caller is proven: how long Okta took is not to be heard."""
        if self.given_pace is not None:
            return self.given_pace
        return LIVE_PACE if self.backend == "live" else 0.0

    @property
    def own_key(self) -> bytes:
        """What only this line knows, and every worker of it; empty on fakes."""
        secrets = (
            self.twilio_auth_token,
            self.okta_api_token,
            self.okta_private_key,
            self.direct_client_secret,
            self.direct_private_key,
        )
        return b"".join(secret.get_secret_value().encode() for secret in secrets if secret is not None)

    @property
    def public_base(self) -> str | None:
        """Where Twilio reaches this application, without `/ivr/welcome`; None when it is not configured."""
        url = self.public_url or self.twilio_phone_webhook_url
        return None if url is None else url.removesuffix("/ivr/welcome")


def read_settings(environ: Mapping[str, str], *, env_file: Path | None = None, **overrides: str) -> Settings:
    """Read settings that suffice for their backend. Arguments are those of `load_settings`. Raises SettingsError."""
    settings = load_settings(environ, env_file=env_file, **overrides)
    require(settings)
    return settings


def load_settings(environ: Mapping[str, str], *, env_file: Path | None = None, **overrides: str) -> Settings:
    """Read settings from an environment, then an env file, then defaults. Raises SettingsError for malformed ones.

    `overrides` are by environment name and win over everything; an empty value counts as not set.
    """
    in_file = {name.upper(): value for name, value in read_env_file(env_file).items()}
    everything = {name: value for name, value in {**in_file, **environ, **overrides}.items() if value.strip()}
    try:
        settings = Settings.model_validate({name: everything[name] for name in NAMES & everything.keys()})
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    settings._unknown = tuple(sorted(name for name in everything if _is_unknown(name)))
    return settings


def read_env_file(path: Path | None) -> dict[str, str]:
    """Read what an env file sets, nothing where there is no such file. Raises SettingsError."""
    try:
        if path is None or not path.is_file():
            return {}
        octets = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read ({error.strerror}): allow it, or give another --env-file."
        ) from None
    try:
        text = octets.decode("utf-8-sig")  # some editors write a mark before the first name
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        like = " (it looks like UTF-16)" if octets[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in octets[:2] else ""
        raise SettingsError(f"{path} is not in UTF-8{like}: save it in that encoding, or give another --env-file.")
    return {name: value for name, value in dotenv_values(stream=StringIO(text)).items() if value is not None}


def unknown_line(settings: Settings) -> str | None:
    """Name the settings that mean nothing, each with the one that may be meant; None when there are none."""
    if not settings.unknown:
        return None
    return f"no such setting: {'; '.join(map(_with_nearest, settings.unknown))}"


def _is_unknown(name: str) -> bool:
    return name.upper().startswith("IVR_") and name not in NAMES


def _with_nearest(name: str) -> str:
    near = get_close_matches(name.upper(), NAMES, n=1)
    return f"{one_line(name)} (is {near[0]} meant?)" if near else one_line(name)


def require(settings: Settings) -> None:
    """Check that live callers have an org, a token for it, and signed webhooks. Raises SettingsError."""
    if settings.backend != "live":
        return
    needed: dict[str, object] = {
        "OKTA_ORG_URL": settings.okta_org_url,
        "OKTA_API_TOKEN": settings.okta_api_token or settings.okta_client_id,
        **PROVIDERS[settings.okta_mfa_api].needed(settings),
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
    }
    if settings.agent_number is not None:  # the line itself calls, through Twilio, and Twilio asks it for documents
        needed["TWILIO_ACCOUNT_SID"] = settings.twilio_account_sid
        needed["IVR_PUBLIC_URL"] = settings.public_base
    lacking = [name for name, value in needed.items() if value is None]
    if lacking:
        verb = "is" if len(lacking) == 1 else "are"
        instead = " (OKTA_CLIENT_ID with OKTA_PRIVATE_KEY can stand for OKTA_API_TOKEN)"
        raise SettingsError(
            f"{_listed(lacking)} {verb} not set, and IVR_BACKEND=live needs {'it' if verb == 'is' else 'them'}: "
            f"set in the environment or in .env{instead if 'OKTA_API_TOKEN' in lacking else ''}, "
            "or use IVR_BACKEND=fake."
        )


def missing(settings: Settings) -> list[str]:
    """Name what is not set, though the line can run without it, for start-up."""
    notes = []
    if settings.twilio_auth_token is None:
        notes.append("TWILIO_AUTH_TOKEN: webhooks are not checked for Twilio's signature")
    if settings.backend == "live" and settings.accounts_api_url is None:
        notes.append("ACCOUNTS_API_URL: callers cannot hear their balance or ask for a call-back")
    if settings.backend == "live" and settings.public_base is None:
        notes.append("IVR_PUBLIC_URL: signatures are checked against the address of each request")
    return notes


NAMES: frozenset[str] = frozenset(str(field.validation_alias) for field in Settings.model_fields.values())


def _sentence(error: ValidationError) -> str:
    """The first fault, without the value: it may be a secret."""
    fault = error.errors(include_url=False, include_input=False)[0]
    if not fault["loc"]:  # two settings that disagree; the rule names them
        return f"{str(fault['msg']).removeprefix('Value error, ')}."
    what = str(fault["msg"]).removeprefix("Value error, ")
    what = what.replace("Input should", "it should").replace("String should", "it should")
    return f"{fault['loc'][0]} is malformed: {what}; correct it in the environment or in .env."


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
