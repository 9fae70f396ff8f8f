"""OAuth 2.0 for service apps: client credentials with a signed assertion (private_key_jwt); and who a client is."""

from collections.abc import Mapping, Sequence
from hmac import compare_digest
from typing import Any, TypeVar

from fakes.okta.org import Org
from fakes.okta.records import AccessToken, ServiceApp, SignInApp

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
METHODS = ("none", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt")
TOKEN_LIFETIME = 3600
LONGEST_ASSERTION = 3600


class OAuthError(Exception):
    """A refusal in OAuth's own form (RFC 6749, 5.2)."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(f"{status} {error}: {description}")
        self.status = status
        self.error = error
        self.description = description
        self.more: dict[str, str] = {}  # fields of the answer beside these two


def register(org: Org, client_id: str, keys: Sequence[Mapping[str, Any]], scopes: Sequence[str]) -> ServiceApp:
    """A service app with its public keys (JWK; a key without `kid` gets one) and the scopes it may ask for."""
    app = ServiceApp(client_id, keys_by_id(keys), frozenset(scopes))
    org.tables.apps[client_id] = app
    return app


def keys_by_id(keys: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(key.get("kid", f"key-{at}")): dict(key) for at, key in enumerate(keys)}


def register_sign_in(org: Org, app: SignInApp) -> None:
    if app.method not in METHODS:
        raise ValueError(f"method is one of {', '.join(METHODS)}, not {app.method}")
    org.tables.sign_in_apps[app.client_id] = app


def grant(org: Org, form: Mapping[str, str], audiences: list[str]) -> tuple[str, AccessToken]:
    """An access token for a good assertion. `audiences` are the addresses of the token endpoint."""
    if form.get("grant_type") != "client_credentials":
        raise OAuthError(400, "unsupported_grant_type", "Only client_credentials is simulated.")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise OAuthError(401, "invalid_client", "A service app authenticates with a signed client assertion.")
    app = _signer(org, form.get("client_assertion", ""), audiences, org.tables.apps)
    scopes = frozenset(form.get("scope", "").split())
    if not scopes:
        raise OAuthError(400, "invalid_scope", "The authorization server resource has no default scope.")
    if not scopes <= app.scopes:
        ungranted = ", ".join(sorted(scopes - app.scopes))
        raise OAuthError(400, "invalid_scope", f"The app is not granted these scopes: {ungranted}")
    token = org.source.token("fakeAccessToken.", 40)
    granted = AccessToken(app.client_id, scopes, org.now() + TOKEN_LIFETIME)
    tokens = org.tables.access_tokens
    org.tables.access_tokens = {each: has for each, has in tokens.items() if org.now() < has.expires_at}
    org.tables.access_tokens[token] = granted
    return token, granted


def client_with_secret(org: Org, client_id: str, secret: str, method: str) -> SignInApp:
    """A sign-in app by its secret (or, with `none`, its id alone); each app has one way (D04)."""
    app = org.tables.sign_in_apps.get(client_id)
    if (
        app is None
        or not app.is_active
        or app.method != method
        or not compare_digest(app.secret.encode(), secret.encode())
    ):
        raise bad_client("The client secret supplied for a confidential client is invalid.")
    return app


def client_with_assertion(org: Org, form: Mapping[str, str], audiences: list[str]) -> SignInApp:
    """A sign-in app by an assertion that its key or its secret has signed."""
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise bad_client("The client_assertion_type is not valid.")
    return _signer(org, form["client_assertion"], audiences, org.tables.sign_in_apps)


Signer = TypeVar("Signer", bound=ServiceApp | SignInApp)


def _signer(org: Org, assertion: str, audiences: list[str], apps: Mapping[str, Signer]) -> Signer:
    """The app that signed the assertion, checked against this org's clock, not the machine's."""
    import jwt  # with cryptography: too dear to load before somebody asks for a token

    try:
        header = jwt.get_unverified_header(assertion)
        if header.get("alg") not in (*ALGORITHMS, "HS256"):
            raise bad_client(f"The algorithm must be one of {', '.join(ALGORITHMS)}.")
        unchecked = jwt.decode(assertion, options={"verify_signature": False})
        app = apps.get(str(unchecked.get("sub")))
        if app is None:
            raise bad_client("The client is unknown.")
        is_secret = isinstance(app, SignInApp) and app.method == "client_secret_jwt"
        if isinstance(app, SignInApp) and app.method not in ("client_secret_jwt", "private_key_jwt"):
            raise bad_client("The client does not authenticate with an assertion.")
        key: Any
        if isinstance(app, SignInApp) and is_secret:
            key = app.secret
        else:
            key = jwt.PyJWK.from_dict(dict(_key(app, header.get("kid"))), algorithm=str(header.get("alg")))
        claims = jwt.decode(
            assertion,
            key,
            algorithms=["HS256"] if is_secret else list(ALGORITHMS),
            audience=audiences,
            issuer=app.client_id,
            options={"require": ["exp", "aud", "iss", "sub"], "verify_exp": False, "verify_iat": False},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise bad_client(f"The client assertion is not valid: {error}") from None
    _check_times(org, app, claims)
    return app


def _key(app: ServiceApp | SignInApp, kid: object) -> Mapping[str, Any]:
    """By key id; an app with one key needs none."""
    if kid is None and len(app.keys) == 1:
        return next(iter(app.keys.values()))
    key = app.keys.get(str(kid))
    if key is None:
        raise bad_client("The key id of the assertion is unknown.")
    return key


def _check_times(org: Org, app: ServiceApp | SignInApp, claims: Mapping[str, Any]) -> None:
    """At most an hour to live, not expired, and each `jti` once (Okta docs, "Build a JWT")."""
    now, expires = org.now(), claims["exp"]
    if not isinstance(expires, int | float) or expires <= now:
        raise bad_client("The client assertion has expired.")
    if expires > now + LONGEST_ASSERTION:
        raise bad_client("The client assertion lives longer than an hour.")
    used = {key: until for key, until in org.tables.used_assertions.items() if until > now}
    key = (app.client_id, str(claims.get("jti")))
    if claims.get("jti") is not None:
        if key in used:
            raise bad_client("The client assertion was used before.")
        used[key] = float(expires)
    org.tables.used_assertions = used


def bad_client(description: str) -> OAuthError:
    return OAuthError(401, "invalid_client", description)
