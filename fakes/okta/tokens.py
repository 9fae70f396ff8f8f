"""ID, access and refresh tokens of the org's authorization server: signed with RS256, read, introspected, revoked.

The key pair is made when first asked for and lives as long as the process.
"""

from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from fakes.okta import system_log
from fakes.okta.oauth import TOKEN_LIFETIME, OAuthError
from fakes.okta.org import Org
from fakes.okta.records import CALL, PUSH, SMS, TOTP, IssuedToken, SignInApp, User

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

KEY_ID = "fakeOrgSigningKey"
METHODS = {SMS: "sms", CALL: "tel", PUSH: "swk", TOTP: "otp", "password": "pwd"}
NAMES = {"name": "displayName", "given_name": "firstName", "family_name": "lastName", "preferred_username": "login"}
KEPT = 5000


@cache
def _key() -> "RSAPrivateKey":
    from cryptography.hazmat.primitives.asymmetric import rsa  # too dear to load before somebody asks for a token

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def keys() -> dict[str, Any]:
    """The public key as a JWK set."""
    from jwt.algorithms import RSAAlgorithm

    own = RSAAlgorithm.to_jwk(_key().public_key(), as_dict=True)
    return {"keys": [{"kty": "RSA", "alg": "RS256", "kid": KEY_ID, "use": "sig", "e": own["e"], "n": own["n"]}]}


def issue(
    org: Org, app: SignInApp, user: User, scopes: frozenset[str], proved: tuple[str, ...], issuer: str
) -> dict[str, object]:
    """The token endpoint's answer (D40)."""
    now = int(org.now())
    common = {"iss": issuer, "iat": now, "exp": now + TOKEN_LIFETIME, "ver": 1}
    access = _sign(
        {
            **common,
            "jti": org.source.token("AT.", 32),
            "aud": issuer,
            "sub": user.profile["login"],
            "cid": app.client_id,
            "uid": user.id,
            "scp": sorted(scopes),
            "auth_time": now,
        }
    )
    methods = sorted({METHODS[kind] for kind in proved})
    identity = {
        **common,
        "jti": org.source.token("ID.", 32),
        "aud": app.client_id,
        "sub": user.id,
        "auth_time": now,
        "idp": "00ofakeorganization0",
        "amr": [*methods, "mfa"] if len(proved) > 1 else methods,
        "at_hash": _half_hash(access),
        **claims(user, scopes),
    }
    answer: dict[str, object] = {
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFETIME,
        "access_token": access,
        "scope": " ".join(sorted(scopes)),
        "id_token": _sign(identity),
    }
    until = org.now() + TOKEN_LIFETIME
    system_log.note(org, system_log.GRANTED, user)
    _keep(org, access, IssuedToken("access_token", app.client_id, user.id, scopes, proved, org.now(), until))
    if "offline_access" in scopes:
        value = org.source.token("fakeRefresh.", 40)
        _keep(org, value, IssuedToken("refresh_token", app.client_id, user.id, scopes, proved, org.now(), None))
        answer["refresh_token"] = value
    return answer


def refresh(org: Org, app: SignInApp, form: Any, issuer: str) -> dict[str, object]:
    found = _live(org, form.get("refresh_token", ""))
    if found is None or found.kind != "refresh_token" or found.client_id != app.client_id:
        raise OAuthError(400, "invalid_grant", "The refresh token is invalid or expired.")
    asked = frozenset(form.get("scope", "").split()) or found.scopes
    if not asked <= found.scopes:
        raise OAuthError(400, "invalid_scope", "The scopes are more than those of the refresh token.")
    answer = issue(org, app, org.tables.users[found.user_id], asked - {"offline_access"}, found.proved, issuer)
    return answer | {"refresh_token": form["refresh_token"]}


def introspect(org: Org, app: SignInApp, value: str, issuer: str) -> dict[str, object]:
    """`{"active": false}` for whatever is not a live token of this client."""
    found = _live(org, value)
    if found is None or found.client_id != app.client_id:
        return {"active": False}
    user = org.tables.users[found.user_id]
    body: dict[str, object] = {
        "active": True,
        "scope": " ".join(sorted(found.scopes)),
        "username": user.profile["login"],
        "client_id": found.client_id,
        "sub": user.profile["login"],
        "uid": user.id,
        "iat": int(found.issued_at),
    }
    if found.expires_at is not None:
        body |= {"exp": int(found.expires_at), "token_type": "Bearer", "aud": issuer, "iss": issuer}
    return body


def revoke(org: Org, app: SignInApp, value: str) -> None:
    """An unknown token is as good as revoked (RFC 7009)."""
    found = org.tables.issued_tokens.get(value)
    if found is not None and found.client_id == app.client_id:
        del org.tables.issued_tokens[value]


def userinfo(org: Org, value: str) -> dict[str, object]:
    found = _live(org, value)
    if found is None or found.kind != "access_token":
        raise OAuthError(401, "invalid_token", "The token is missing, invalid, expired or revoked.")
    user = org.tables.users[found.user_id]
    return {"sub": user.id, **claims(user, found.scopes)}


def read(org: Org, value: str, issuer: str) -> dict[str, Any]:
    """The claims of an ID token that this org has signed, however old."""
    import jwt

    try:
        found: dict[str, Any] = jwt.decode(
            value,
            _key().public_key(),
            algorithms=["RS256"],
            issuer=issuer,
            options={"verify_exp": False, "verify_aud": False, "verify_iat": False},
        )
    except jwt.PyJWTError:
        raise OAuthError(400, "invalid_request", "The token is not one of this org.") from None
    return found


def claims(user: User, scopes: frozenset[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "profile" in scopes:
        found |= {claim: user.profile.get(name) for claim, name in NAMES.items() if user.profile.get(name)}
        found.setdefault("name", f"{user.profile.get('firstName', '')} {user.profile.get('lastName', '')}".strip())
    if "email" in scopes:
        found |= {"email": user.profile["email"], "email_verified": True}
    return found


def _live(org: Org, value: str) -> IssuedToken | None:
    found = org.tables.issued_tokens.get(value)
    if found is None or found.user_id not in org.tables.users:
        return None
    return found if found.expires_at is None or org.now() < found.expires_at else None


def _sign(payload: dict[str, Any]) -> str:
    import jwt

    return jwt.encode(payload, _key(), algorithm="RS256", headers={"kid": KEY_ID})


def _half_hash(value: str) -> str:
    return urlsafe_b64encode(sha256(value.encode()).digest()[:16]).rstrip(b"=").decode()


def _keep(org: Org, value: str, token: IssuedToken) -> None:
    org.tables.issued_tokens[value] = token
    if len(org.tables.issued_tokens) > KEPT:
        del org.tables.issued_tokens[next(iter(org.tables.issued_tokens))]
