"""What an org remembers, as frozen records; rules change them by replacing them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Pipeline = Literal["v1", "idx"]

SMS, CALL, PUSH, EMAIL = "sms", "call", "push", "email"
TOTP, QUESTION, SIGNED_NONCE = "token:software:totp", "question", "signed_nonce"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an administrator (or Okta) sets for a whole org, and the choices where Okta's behaviour is unknown."""

    factor_sequencing: bool = True  # the feature flag PASSWORDLESS_AUTHN_SIGNON_POLICY; Classic only
    sequencing_status: str = "UNAUTHENTICATED"  # 2020 captures had MFA_REQUIRED instead
    show_lock_out: bool = False
    number_challenge: Literal["never", "always"] = "never"
    telephony: bool = True
    enforce_limits: bool = True
    failures_before_lock: int = 5
    otp_seconds: int = 300
    push_seconds: int = 300
    state_token_seconds: int = 300
    session_token_seconds: int = 300


@dataclass(frozen=True, slots=True)
class User:
    id: str
    status: str
    created: float
    activated: float | None
    status_changed: float | None
    last_login: float | None
    last_updated: float
    password_changed: float | None
    profile: Mapping[str, Any]  # values are JSON, of the schema's types
    password: str | None = field(default=None, repr=False)
    provider: str = "OKTA"  # IMPORT: the password came as a hash or by a hook
    recovery_question: str | None = None
    recovery_answer: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Factor:
    """An enrolment. `secret` is the answer of a question or the shared secret of a TOTP; never shown in bodies."""

    id: str
    user_id: str
    type: str
    status: str
    created: float
    last_updated: float
    profile: Mapping[str, Any]
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Login:
    """One authn transaction, known by its state token.

    `user_id` is None when nobody has that username. `steps` are the alternatives of factor sequencing for the
    current step, each with `criteria` and perhaps `next`; None when any factor will do. `origin` is the state to
    which `previous` leads back; `password_id` the id under which the password is offered as a factor, if it is.
    """

    token: str = field(repr=False)
    username: str
    user_id: str | None
    status: str
    expires_at: float
    origin: str
    is_identified: bool
    steps: tuple[Mapping[str, Any], ...] | None = None
    password_id: str = ""
    factor_id: str = ""
    push_id: str = ""
    is_push_over: bool = False  # its rejection or timeout was told


@dataclass(frozen=True, slots=True)
class ServiceApp:
    """An OAuth 2.0 service app: its public keys (JWK, by kid) and the scopes granted to it."""

    client_id: str
    keys: Mapping[str, Mapping[str, Any]]
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class SignInApp:
    """An OAuth client that signs people in. `people` are the ids of who is assigned, None for everybody.

    `factors` is how many its sign-in policy wants, `method` how it authenticates itself. One that was made by
    `/api/v1/apps` has a policy instead of `factors`, and groups beside `people`; `settings` are kept as they were sent.
    """

    client_id: str
    method: str
    grants: frozenset[str]
    secret: str = field(default="", repr=False)
    keys: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    factors: int = 1
    people: frozenset[str] | None = None
    label: str = ""
    created: float = 0.0
    is_active: bool = True
    groups: frozenset[str] = frozenset()
    policy_id: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_confidential(self) -> bool:
        return self.method != "none"


@dataclass(frozen=True, slots=True)
class OutOfBand:
    """A prompt or code on its way: of direct authentication, or a request of CIBA."""

    code: str = field(repr=False)
    client_id: str
    user_id: str
    channel: str
    expires_at: float
    push_id: str = ""
    mfa_token: str = field(default="", repr=False)
    polled_at: float | None = None


@dataclass(frozen=True, slots=True)
class MfaToken:
    """The first factor is proved, a second one is wanted."""

    value: str = field(repr=False)
    client_id: str
    user_id: str
    scopes: frozenset[str]
    proved: tuple[str, ...]
    expires_at: float


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """An access or refresh token of a person; a refresh token has no end."""

    kind: str
    client_id: str
    user_id: str
    scopes: frozenset[str]
    proved: tuple[str, ...]
    issued_at: float
    expires_at: float | None


@dataclass(frozen=True, slots=True)
class AccessToken:
    client_id: str
    scopes: frozenset[str]
    expires_at: float


@dataclass(frozen=True, slots=True)
class Activation:
    """The window in which a device may scan the QR code of a pending push enrolment."""

    expires_at: float
    result: str = "WAITING"


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code that was delivered for a factor. A used or voided one is dropped."""

    value: str = field(repr=False)
    expires_at: float


@dataclass(frozen=True, slots=True)
class Push:
    """One push transaction. `number` is the correct answer of a number challenge, among `choices`."""

    id: str
    user_id: str
    factor_id: str
    created: float
    expires_at: float
    result: str
    number: int | None = None
    choices: tuple[int, ...] = ()
    is_number_shown: bool = False
    origin: str = ""
    used: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A text message, voice call or e-mail as it reached `to`. Newest last in every list of them.

    `expires_at` is when its code is good no longer.
    """

    to: str
    body: str = field(repr=False)
    code: str = field(repr=False)
    at: float
    channel: str = SMS
    expires_at: float | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A push prompt waiting on a handset. The device shows `choices`; `number` (the right one) it must not show."""

    transaction_id: str
    user_id: str
    created: float
    expires_at: float
    number: int | None = field(repr=False)
    choices: tuple[int, ...]
    app: str
    origin: str


@dataclass(frozen=True, slots=True)
class Policy:
    """`settings` is None for a sign-on policy. `priority` 1 comes first; the system's default comes last."""

    id: str
    type: str
    name: str
    description: str
    status: str
    priority: int
    is_system: bool
    groups: tuple[str, ...]
    settings: Mapping[str, Any] | None
    created: float
    last_updated: float


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    policy_id: str
    type: str
    name: str
    status: str
    priority: int
    is_system: bool
    conditions: Mapping[str, Any]
    actions: Mapping[str, Any]
    created: float
    last_updated: float


@dataclass(frozen=True, slots=True)
class Role:
    """An administrator's role of a user."""

    id: str
    user_id: str
    type: str
    created: float


@dataclass(frozen=True, slots=True)
class GroupRule:
    """`put_in`: whom it had put into which group when it was deactivated."""

    id: str
    name: str
    status: str
    expression: str
    excluded: tuple[str, ...]
    group_ids: tuple[str, ...]
    created: float
    last_updated: float
    put_in: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in that a program has made a session of."""

    id: str
    user_id: str
    created: float
    expires_at: float
    by_factor: bool


@dataclass(frozen=True, slots=True)
class SessionToken:
    """What /authn ends with; good once. `by_factor`: more than the password was proved."""

    user_id: str
    expires_at: float
    by_factor: bool


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """Words for text messages, kept and shown."""

    id: str
    name: str
    template: str
    translations: Mapping[str, str]
    created: float
    last_updated: float


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    name: str
    description: str | None
    type: str
    created: float
    last_updated: float
    last_membership_updated: float
    members: frozenset[str] = frozenset()
