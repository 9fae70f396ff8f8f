"""Everything one org remembers, with its clock and source of invented values; the rules live around it."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, fields
from typing import Any

from fakes.clock import AdjustableClock
from fakes.faults import Faults
from fakes.okta import terms
from fakes.okta.ids import Source
from fakes.okta.records import (
    AccessToken,
    Activation,
    Code,
    Factor,
    Group,
    GroupRule,
    IssuedToken,
    Login,
    MfaToken,
    OutOfBand,
    Pipeline,
    Policy,
    Push,
    Role,
    Rule,
    ServiceApp,
    Session,
    SessionToken,
    Settings,
    SignInApp,
    Text,
    TextTemplate,
    User,
)
from fakes.okta.terms import Indexed


@dataclass(slots=True)
class Tables:
    """The org's data: insertion-ordered, of frozen records, so that a snapshot is a copy of each container."""

    users: Indexed[User] = field(default_factory=terms.people)
    factors: Indexed[Factor] = field(default_factory=terms.enrolments)
    activations: dict[str, Activation] = field(default_factory=dict)  # of pending pushes, by factor
    tries: dict[str, tuple[float, ...]] = field(default_factory=dict)  # activations in five minutes, by factor
    used_steps: dict[str, int] = field(default_factory=dict)  # the last TOTP step that was used, by factor
    former_numbers: dict[tuple[str, str], str] = field(default_factory=dict)  # of unenrolled phones: (user, type)
    codes: dict[str, tuple[Code, ...]] = field(default_factory=dict)  # by factor
    pushes: dict[str, Push] = field(default_factory=dict)
    texts: list[Text] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    group_rules: dict[str, GroupRule] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)  # administrators' roles of users
    authenticator_settings: dict[str, dict[str, Any]] = field(default_factory=dict)  # by key
    switches: dict[str, str] = field(default_factory=dict)  # org factors, authenticators and their methods: status
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)  # custom ones, as in the schema
    failures: dict[str, tuple[float, ...]] = field(default_factory=dict)  # wrong answers in a row, by user
    sent: dict[tuple[str, str], float] = field(default_factory=dict)  # (channel, address): when last
    logins: dict[str, Login] = field(default_factory=dict)  # authn transactions, by state token
    session_tokens: dict[str, SessionToken] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    templates: dict[str, TextTemplate] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)  # of the system log, oldest first
    apps: dict[str, ServiceApp] = field(default_factory=dict)
    sign_in_apps: dict[str, SignInApp] = field(default_factory=dict)
    oob_codes: dict[str, OutOfBand] = field(default_factory=dict)
    mfa_tokens: dict[str, MfaToken] = field(default_factory=dict)
    issued_tokens: dict[str, IssuedToken] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    used_assertions: dict[tuple[str, str], float] = field(default_factory=dict)  # (client, jti): until when
    windows: dict[str, tuple[float, int]] = field(default_factory=dict)  # rate limit: (start, count)

    def copy(self) -> "Tables":
        return Tables(**{each.name: copy(getattr(self, each.name)) for each in fields(self)})


@dataclass(frozen=True, slots=True)
class Asking:
    """The request that is being answered, for the System Log. `client_id` is empty for an API token."""

    id: str
    path: str
    client_id: str
    user_agent: str
    address: str


@dataclass(slots=True)
class Org:
    clock: AdjustableClock
    source: Source
    pipeline: Pipeline
    url: str
    api_token: str = field(repr=False)
    settings: Settings
    created: float
    tables: Tables = field(default_factory=Tables)
    faults: Faults = field(default_factory=Faults)
    asking: Asking | None = None

    def now(self) -> float:
        return self.clock()

    @property
    def is_classic(self) -> bool:
        return self.pipeline == "v1"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An org at one moment, to go back to."""

    tables: Tables
    source: tuple[object, ...]
    settings: Settings


def snapshot(org: Org) -> Snapshot:
    return Snapshot(org.tables.copy(), org.source.state(), org.settings)


def restore(org: Org, earlier: Snapshot) -> None:
    """Go back to a snapshot. The clock goes on: time never runs backwards."""
    org.tables = earlier.tables.copy()
    org.source.restore(earlier.source)
    org.settings = earlier.settings


def new_org(
    *, now: Callable[[], float], seed: int, pipeline: Pipeline, org_url: str, api_token: str, settings: Settings
) -> Org:
    clock = AdjustableClock(now)
    return Org(clock, Source(seed), pipeline, org_url.rstrip("/"), api_token, settings, created=clock())
