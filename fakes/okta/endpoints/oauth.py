"""`/oauth2/v1/token`: the token endpoint of the org authorization server over HTTP."""

from urllib.parse import parse_qsl

from fakes.okta import oauth
from fakes.okta.call import Call, Endpoint
from fakes.okta.oauth import OAuthError
from fakes.web import Response, Route, json_response

PATH = "/oauth2/v1/token"


def token(call: Call) -> Response:
    form = dict(parse_qsl(call.request.body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        value, granted = oauth.grant(call.org, form, [f"{call.base}{PATH}", f"{call.org.url}{PATH}"])
    except OAuthError as error:
        return json_response({"error": error.error, "error_description": error.description}, error.status)
    return json_response(
        {
            "token_type": "Bearer",
            "expires_in": oauth.TOKEN_LIFETIME,
            "access_token": value,
            "scope": " ".join(sorted(granted.scopes)),
        }
    )


ROUTES: tuple[Route[Endpoint], ...] = (Route("POST", PATH, token, "", "authn"),)
