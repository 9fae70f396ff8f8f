"""`/oauth2/v1/…`: the org's authorization server over HTTP; the rules are in `oauth`, `direct` and `tokens`."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from fakes.foreign import whole
from fakes.okta import direct, oauth, tokens
from fakes.okta.call import Call, Endpoint
from fakes.okta.oauth import OAuthError
from fakes.okta.records import SignInApp
from fakes.web import Response, Route, json_response

BASE = "/oauth2/v1"
Form = Mapping[str, str]
HMAC = ("HS256", "HS384", "HS512")
RESPONSE_TYPES = (
    "code",
    "token",
    "id_token",
    "code id_token",
    "code token",
    "id_token token",
    "code id_token token",
)
GRANTS = (
    "authorization_code",
    "implicit",
    direct.REFRESH,
    direct.PASSWORD,
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
    direct.OTP,
    direct.MFA_OTP,
    direct.OOB,
    direct.MFA_OOB,
    "urn:ietf:params:oauth:grant-type:token-exchange",
)


def token(call: Call, form: Form) -> Response:
    """Client credentials of a service app, or a grant of a sign-in app."""
    if form.get("grant_type") != "client_credentials" and call.org.tables.sign_in_apps:
        return json_response(direct.grant(call.org, _client(call, form), form, call.base))
    value, granted = oauth.grant(call.org, form, _audiences(call))
    return json_response(
        {
            "token_type": "Bearer",
            "expires_in": oauth.TOKEN_LIFETIME,
            "access_token": value,
            "scope": " ".join(sorted(granted.scopes)),
        }
    )


def begin(call: Call, form: Form) -> Response:
    return json_response(direct.begin(call.org, _client(call, form), form))


def begin_second(call: Call, form: Form) -> Response:
    return json_response(direct.begin_second(call.org, _client(call, form), form))


def authorize_in_background(call: Call, form: Form) -> Response:
    return json_response(direct.authorize_in_background(call.org, _client(call, form), form, call.base))


def introspect(call: Call, form: Form) -> Response:
    return json_response(tokens.introspect(call.org, _client(call, form), form.get("token", ""), call.base))


def revoke(call: Call, form: Form) -> Response:
    tokens.revoke(call.org, _client(call, form), form.get("token", ""))
    return Response(200)


def userinfo(call: Call, form: Form) -> Response:
    del form
    header = call.request.headers.get("authorization", "")
    return json_response(tokens.userinfo(call.org, header[7:].strip() if header[:7].lower() == "bearer " else ""))


def keys(call: Call) -> Response:
    del call
    return json_response(tokens.keys())


def server_metadata(call: Call) -> Response:
    return json_response(_metadata(call))


def openid_metadata(call: Call) -> Response:
    """What recorded documents of servers have, and what a client of OpenID Connect needs beside it."""
    own = f"{call.base}{BASE}"
    more = {
        "userinfo_endpoint": f"{own}/userinfo",
        "jwks_uri": f"{own}/keys",
        "backchannel_authentication_endpoint": f"{own}/bc/authorize",
        "backchannel_token_delivery_modes_supported": ["poll"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    grants = [*_metadata(call)["grant_types_supported"], direct.CIBA]
    return json_response({**_metadata(call), **more, "grant_types_supported": grants})


def _metadata(call: Call) -> dict[str, Any]:
    """As recorded, with endpoints that are not simulated. Direct Authentication's are not named (D05)."""
    own = f"{call.base}{BASE}"
    methods = [*oauth.METHODS[1:], "none"]
    return {
        "issuer": call.base,
        "authorization_endpoint": f"{own}/authorize",
        "token_endpoint": f"{own}/token",
        "registration_endpoint": f"{own}/clients",
        "response_types_supported": list(RESPONSE_TYPES),
        "response_modes_supported": ["query", "fragment", "form_post", "okta_post_message"],
        "grant_types_supported": list(GRANTS),
        "subject_types_supported": ["public"],
        "scopes_supported": ["okta.users.manage", "okta.users.read", "openid", "email", "profile", "offline_access"],
        "token_endpoint_auth_methods_supported": methods,
        "claims_supported": ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "uid", "scp", "sub"],
        "code_challenge_methods_supported": ["S256"],
        "introspection_endpoint": f"{own}/introspect",
        "introspection_endpoint_auth_methods_supported": methods,
        "revocation_endpoint": f"{own}/revoke",
        "revocation_endpoint_auth_methods_supported": methods,
        "end_session_endpoint": f"{own}/logout",
        "request_parameter_supported": True,
        "request_object_signing_alg_values_supported": [*HMAC, *oauth.ALGORITHMS],
        "device_authorization_endpoint": f"{own}/device/authorize",
        "pushed_authorization_request_endpoint": f"{own}/par",
        "dpop_signing_alg_values_supported": list(oauth.ALGORITHMS),
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
    }


def _answered(endpoint: Callable[[Call, Form], Response], call: Call) -> Response:
    """With the form read and a refusal in OAuth's own shape."""
    pairs = parse_qsl(call.request.body.decode("utf-8", "replace"), keep_blank_values=True)
    try:
        return endpoint(call, {whole(name): whole(value) for name, value in pairs})
    except OAuthError as error:
        body = {"error": error.error, "error_description": error.description, **error.more}
        return json_response(body, error.status)


def _client(call: Call, form: Form) -> SignInApp:
    """By whichever way the client shows itself: Basic, secret or assertion in the form, or its id alone (D04)."""
    header = call.request.headers.get("authorization", "")
    if header[:6].lower() == "basic ":
        try:
            client_id, _, secret = b64decode(header[6:], validate=True).decode().partition(":")
        except ValueError:
            raise oauth.bad_client("The Authorization header is not valid.") from None
        return oauth.client_with_secret(call.org, unquote_plus(client_id), unquote_plus(secret), "client_secret_basic")
    if "client_assertion" in form:
        return oauth.client_with_assertion(call.org, form, _audiences(call))
    if "client_secret" in form:
        return oauth.client_with_secret(
            call.org, form.get("client_id", ""), form["client_secret"], "client_secret_post"
        )
    return oauth.client_with_secret(call.org, form.get("client_id", ""), "", "none")


def _audiences(call: Call) -> list[str]:
    """The endpoint that is called, the token endpoint, and the issuer."""
    paths = (call.request.path, f"{BASE}/token", "")
    return [f"{base}{path}" for base in (call.base, call.org.url) for path in paths]


def _post(path: str, endpoint: Callable[[Call, Form], Response]) -> Route[Endpoint]:
    return Route("POST", f"{BASE}/{path}", partial(_answered, endpoint), "", "authn")


ROUTES: tuple[Route[Endpoint], ...] = (
    _post("token", token),
    _post("primary-authenticate", begin),
    _post("oob-authenticate", begin),  # its older name (D02)
    _post("challenge", begin_second),
    _post("bc/authorize", authorize_in_background),
    _post("introspect", introspect),
    _post("revoke", revoke),
    _post("userinfo", userinfo),
    Route("GET", f"{BASE}/userinfo", partial(_answered, userinfo), "", "authn"),
    Route("GET", f"{BASE}/keys", keys, "", "authn"),
    Route("GET", "/.well-known/openid-configuration", openid_metadata, "", "authn"),
    Route("GET", "/.well-known/oauth-authorization-server", server_metadata, "", "authn"),
)
