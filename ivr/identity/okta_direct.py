"""Callers proven by Okta's Direct Authentication (Identity Engine): an OAuth client of its own, no management token.

Okta docs: Direct Authentication; OpenAPI of 2026.06.3. The app's sign-in policy decides what suffices. Okta does not
say which factors a person has, so everybody is offered the same ones. The account opens for a verified ID token only.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

from pydantic import BaseModel, Field, SecretStr, field_validator

from ivr.identity.directory import Directory
from ivr.identity.okta_answers import failed, field
from ivr.identity.okta_wire import Answer, OktaWire
from ivr.identity.protocol import (
    Attempt,
    Begun,
    Challenged,
    Checked,
    CodeSent,
    Expired,
    Factor,
    Kind,
    Lapsed,
    Locked,
    NextFactor,
    Person,
    Polled,
    Push,
    Pushed,
    Rejected,
    Started,
    TooSoon,
    Trouble,
    Unavailable,
    Unusable,
    Verified,
    Waiting,
    WrongCode,
)
from ivr.identity.provider import IDENTITY_ENGINE, KINDS, Fit, Provider, read_private_key

OKTA, AUTH0 = "urn:okta:params:oauth:grant-type", "http://auth0.com/oauth/grant-type"
OTP, OOB, MFA_OTP, MFA_OOB = f"{OKTA}:otp", f"{OKTA}:oob", f"{AUTH0}/mfa-otp", f"{AUTH0}/mfa-oob"
CHANNELS = {Kind.SMS: "sms", Kind.CALL: "voice", Kind.PUSH: "push"}
SHOWN = (Kind.TOTP, Kind.GOOGLE)  # codes that an app shows: one grant for all of them
INTERVAL = 5.0  # seconds between two polls, where Okta names none
LEEWAY = 300.0  # seconds that Okta's clock and ours may differ
ASSERTION_LIFETIME = 300  # seconds
OUR_FAULT = {"invalid_client", "unauthorized_client", "invalid_request", "invalid_scope", "unsupported_grant_type"}


class DirectSettings(BaseModel):
    """The settings of this provider."""

    direct_client_id: str | None = Field(
        default=None, validation_alias="OKTA_DIRECT_CLIENT_ID", pattern=r"^[A-Za-z0-9._-]+$"
    )
    direct_client_secret: SecretStr | None = Field(default=None, validation_alias="OKTA_DIRECT_CLIENT_SECRET")
    direct_private_key: SecretStr | None = Field(default=None, validation_alias="OKTA_DIRECT_PRIVATE_KEY")
    direct_factors: str = Field(default="sms push call totp", validation_alias="OKTA_DIRECT_FACTORS", pattern=KINDS)

    @field_validator("direct_private_key")
    @classmethod
    def _is_direct_key(cls, given: SecretStr | None) -> SecretStr | None:
        return read_private_key(given)


@dataclass(frozen=True, slots=True)
class DirectClient:
    """The OAuth client: its id, and how it authenticates itself (a secret, or an RSA key in PEM or JWK form)."""

    client_id: str
    secret: str | None = None
    private_key: str | None = None


class OktaDirect:
    """Identity by `/oauth2/v1/primary-authenticate`, `/challenge` and `/token`. `now`: seconds since the epoch."""

    def __init__(self, wire: OktaWire, client: DirectClient, kinds: tuple[Kind, ...], now: Callable[[], float]) -> None:
        self._wire = wire
        self._directory = Directory(wire)
        self._client = client
        self._kinds = kinds
        self._now = now
        self._keys: Mapping[str, Any] = {}

    async def probe(self) -> Fit:
        """Ask for a code for nobody: Okta checks the app first, and knows no such person."""
        nobody = Attempt("", "nobody@ivr-doctor.invalid")
        answer = await self._begin_out_of_band(nobody, Factor("sms", Kind.SMS))
        if isinstance(answer, Unavailable):
            return Fit(f"Okta: {answer.trouble} ({answer.detail});", "try again.")
        match answer.code:
            case "invalid_grant" | "access_denied":
                return Fit("Direct Authentication; Okta knows the app. Its policy shows only with a caller.")
            case "invalid_client":
                return Fit(
                    "Okta does not accept the app (invalid_client);",
                    "compare OKTA_DIRECT_CLIENT_ID and its secret or key with the app in the admin console.",
                )
            case "unauthorized_client":
                return Fit("The app may not use Direct Authentication;", "run `ivr setup okta --direct`.")
            case code:
                return Fit(f"Okta answers {answer.status} {code};", "try again later.")

    async def begin(self, person: Person) -> Started:
        """Find the login, the last thing that needs the directory. Okta is not told anything yet."""
        login = await self._directory.find_login(person.id)
        if isinstance(login, Unavailable):
            return login
        if login is None:
            return Unusable("no user has this id")
        return Begun(Attempt(person.id, token=login), tuple(Factor(str(kind), kind) for kind in self._kinds))

    async def challenge(self, attempt: Attempt, factor: Factor) -> Challenged:
        """Send a code. Where one went out moments ago, that one is still good, if this call has it."""
        answer = await self._begin_out_of_band(attempt, factor)
        if isinstance(answer, Unavailable):
            return answer
        if answer.status == 200:
            code = field(answer.body, "oob_code")
            if not isinstance(code, str) or field(answer.body, "binding_method") != "prompt":
                return _nonsense(answer)
            return CodeSent(challenge=f"{factor.kind} {code}")
        match _refused(answer):
            case WrongCode():
                return Unusable(answer.code)
            case TooSoon() if not attempt.challenge.startswith(f"{factor.kind} "):
                return Unusable("another call has ordered a code moments ago")
            case result:
                return result

    async def verify(self, attempt: Attempt, factor: Factor, code: str) -> Checked:
        """Exchange a code for an ID token, and verify that."""
        kind, _, sent = attempt.challenge.partition(" ")
        if factor.kind in SHOWN:
            form = {"grant_type": MFA_OTP, "otp": code}
            if not attempt.second:
                form |= {"grant_type": OTP, "login_hint": attempt.token}
        else:  # a code that this call did not order is nobody's
            sent = sent if kind == factor.kind else attempt.token
            form = {"grant_type": MFA_OOB if attempt.second else OOB, "oob_code": sent, "binding_code": code}
        answer = await self._exchange(attempt, form)
        if isinstance(answer, Unavailable):
            return answer
        if (result := await self._passed(attempt, factor.kind, answer)) is not None:
            return result
        match _refused(answer):
            case TooSoon():
                return Unavailable(Trouble.BUSY, answer.code)
            case Lapsed() if not attempt.second:  # a new code is one key away, and decoys' codes do not lapse
                return WrongCode()
            case refusal:
                return refusal

    async def start_push(self, attempt: Attempt, factor: Factor) -> Pushed:
        """Send a push; with a number challenge, Okta says which number to speak."""
        answer = await self._begin_out_of_band(attempt, factor)
        if isinstance(answer, Unavailable):
            return answer
        if answer.status == 200:
            code, method = field(answer.body, "oob_code"), field(answer.body, "binding_method")
            if not isinstance(code, str) or method not in ("none", "transfer"):
                return _nonsense(answer)
            number = _number(field(answer.body, "binding_code")) if method == "transfer" else None
            return Push(poll=code, cancel=None, number=number, interval=_interval(field(answer.body, "interval")))
        match _refused(answer):
            case WrongCode():
                return Unusable(answer.code)
            case TooSoon():
                return Unavailable(Trouble.BUSY, answer.code)
            case result:
                return result

    def unsent_push(self, attempt: Attempt, factor: Factor) -> Push:
        """Give a transaction that Okta does not know."""
        return Push(poll=attempt.token, cancel=None, interval=INTERVAL)

    async def poll_push(self, attempt: Attempt, push: Push) -> Polled:
        """Ask once for the ID token that an approval gives."""
        form = {"grant_type": MFA_OOB if attempt.second else OOB, "oob_code": push.poll}
        answer = await self._exchange(attempt, form)
        if isinstance(answer, Unavailable):
            return answer
        if answer.code in ("authorization_pending", "slow_down"):
            return Waiting()
        match await self._passed(attempt, Kind.PUSH, answer):
            case None:
                pass
            case Unusable(why):
                return Unavailable(Trouble.REFUSED, why)
            case result:
                return result
        match _refused(answer):
            case WrongCode():
                return Rejected()
            case Lapsed():
                return Expired()
            case TooSoon():
                return Unavailable(Trouble.BUSY, answer.code)
            case Locked() | Unusable():
                return Unavailable(Trouble.REFUSED, f"{answer.status} {answer.code}")
            case Unavailable() as failure:
                return failure

    async def step_back(self, attempt: Attempt, push: Push | None) -> None:
        """Do nothing: Direct Authentication cannot withdraw a push or a code, and a new one needs no such step."""

    async def _begin_out_of_band(self, attempt: Attempt, factor: Factor) -> Answer | Unavailable:
        channel = {"channel_hint": CHANNELS[factor.kind]}
        if attempt.second:
            form = {"mfa_token": attempt.second, "challenge_types_supported": MFA_OOB, **channel}
            return await self._post("challenge", form)
        return await self._post("primary-authenticate", {"login_hint": attempt.token, "challenge_hint": OOB, **channel})

    async def _exchange(self, attempt: Attempt, form: Mapping[str, str]) -> Answer | Unavailable:
        second = {"mfa_token": attempt.second} if attempt.second else {}
        can = " ".join((OTP, OOB, MFA_OTP, MFA_OOB))
        return await self._post("token", {"scope": "openid", "grant_types_supported": can, **form, **second})

    async def _passed(
        self, attempt: Attempt, kind: Kind, answer: Answer
    ) -> Verified | NextFactor | Unavailable | Unusable | None:
        """Whether the factor was passed; None where it was not."""
        if answer.status == 200:
            return await self._verified(attempt, field(answer.body, "id_token"))
        if answer.code != "mfa_required":
            return None
        token = field(answer.body, "mfa_token")
        if not isinstance(token, str) or not token:
            return _nonsense(answer)
        used = SHOWN if kind in SHOWN else (kind,)
        rest = tuple(Factor(str(each), each) for each in self._kinds if each not in used)
        if attempt.second or not rest:
            return Unusable("the sign-in policy wants a factor that the line does not offer")
        return NextFactor(replace(attempt, second=token, challenge=""), rest)

    async def _verified(self, attempt: Attempt, token: object) -> Verified | Unavailable:
        """Check signature, issuer, audience, time and person of the ID token (OpenID Connect Core, 3.1.3.7)."""
        import jwt

        if not isinstance(token, str):
            return Unavailable(Trouble.GARBLED, "no ID token")
        try:
            key_id = str(jwt.get_unverified_header(token).get("kid"))
            if key_id not in self._keys:
                answer = await self._wire.send_form("GET", "/oauth2/v1/keys")
                if isinstance(answer, Unavailable):
                    return answer
                self._keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(answer.body).keys if key.key_id}
            claims = jwt.decode(
                token,
                self._keys[key_id].key,
                algorithms=["RS256"],
                audience=self._client.client_id,
                issuer=self._wire.org_url,
                options={  # times are judged by the line's clock, below
                    "require": ["iss", "aud", "sub", "exp", "iat"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            is_timely = float(claims["iat"]) - LEEWAY <= self._now() < float(claims["exp"]) + LEEWAY
        except (jwt.PyJWTError, LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
            return Unavailable(Trouble.GARBLED, f"an ID token that cannot be trusted ({type(error).__name__})")
        if not is_timely:
            return Unavailable(Trouble.GARBLED, "an ID token of another time")
        if claims["sub"] != attempt.person:
            return Unavailable(Trouble.GARBLED, "an ID token of somebody else")
        return Verified()

    async def _post(self, endpoint: str, form: Mapping[str, str]) -> Answer | Unavailable:
        path, client = f"/oauth2/v1/{endpoint}", self._client
        if client.secret is not None:
            pair = f"{quote_plus(client.client_id)}:{quote_plus(client.secret)}"
            headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
            return await self._wire.send_form("POST", path, form, headers)
        assertion = _assertion(client, self._wire.org_url + path, self._now())
        if assertion is None:
            return Unavailable(Trouble.REFUSED, "OKTA_DIRECT_PRIVATE_KEY cannot sign")
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return await self._wire.send_form(
            "POST", path, {**form, "client_assertion_type": kind, "client_assertion": assertion}
        )


def _assertion(client: DirectClient, audience: str, now: float) -> str | None:
    """Sign a fresh assertion (RFC 7523); None where the key is not one that can."""
    import jwt

    text, key_id = client.private_key or "", None
    try:
        key: Any = text
        if text.lstrip().startswith("{"):
            document = json.loads(text)
            key, key_id = jwt.PyJWK.from_dict(document, algorithm="RS256").key, document.get("kid")
        claims = {"iss": client.client_id, "sub": client.client_id, "aud": audience, "jti": str(uuid4())}
        times = {"iat": int(now), "exp": int(now) + ASSERTION_LIFETIME}
        return jwt.encode(claims | times, key, algorithm="RS256", headers={"kid": key_id} if key_id else None)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None


def _refused(answer: Answer) -> WrongCode | Lapsed | TooSoon | Unusable | Unavailable:
    """Tell what a refusal says. Only 'has expired' is known by its words: it shares its code with other refusals."""
    detail = f"{answer.status} {answer.code}".strip()
    match answer.status, answer.code:
        case 400, "invalid_grant":
            return WrongCode()
        case _, "access_denied" if "has expired" in str(field(answer.body, "error_description")):
            return Lapsed()
        case (_, "access_denied") | (500, "server_error"):
            return Unusable(detail)
        case 429, "invalid_grant":
            return TooSoon()
        case _, code if code in OUR_FAULT:
            return Unavailable(Trouble.REFUSED, detail)
        case _:
            return failed(answer)


def _number(code: object) -> int | None:
    """Take a number challenge's number: text in the schema, a number in some examples."""
    text = str(code) if isinstance(code, int | str) and not isinstance(code, bool) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else None


def _interval(seconds: object) -> float:
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return float(seconds) if is_number and 1 <= seconds <= 60 else INTERVAL  # type: ignore[operator, arg-type]


def _nonsense(answer: Answer) -> Unavailable:
    return Unavailable(Trouble.GARBLED, f"{answer.status} {answer.code}".strip())


def _make(wire: OktaWire, settings: Any, now: Callable[[], float]) -> OktaDirect:
    secret, key = settings.direct_client_secret, settings.direct_private_key
    client = DirectClient(
        settings.direct_client_id or "",
        None if secret is None else secret.get_secret_value(),
        None if key is None else key.get_secret_value(),
    )
    return OktaDirect(wire, client, tuple(map(Kind, settings.direct_factors.split())), now)


def _conflict(settings: Any) -> str | None:
    if settings.direct_client_secret is not None and settings.direct_private_key is not None:
        return (
            "OKTA_DIRECT_CLIENT_SECRET and OKTA_DIRECT_PRIVATE_KEY exclude each other: keep the app's secret or its key"
        )
    return None


def _needed(settings: Any) -> dict[str, object]:
    return {
        "OKTA_DIRECT_CLIENT_ID": settings.direct_client_id,
        "OKTA_DIRECT_CLIENT_SECRET": settings.direct_client_secret or settings.direct_private_key,
    }


def _fit(engine: str) -> Fit:
    if engine == IDENTITY_ENGINE:
        return Fit(
            "Direct Authentication; whether the app's policy is content with one factor shows only with a caller."
        )
    return Fit(f"OKTA_MFA_API=direct needs {IDENTITY_ENGINE}, and this org has {engine};", "set OKTA_MFA_API=factors.")


DIRECT = Provider(
    name="direct",
    api="Direct Authentication",
    make=_make,
    conflict=_conflict,
    fit=_fit,
    refused="Look at their assignment to the app, and at the app's sign-in policy.",
    offers=lambda settings: str(settings.direct_factors),
    manages=False,
    needed=_needed,
    probe=lambda identity: identity.probe(),
)
