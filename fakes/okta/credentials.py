"""Who makes a call and what they may: SSWS tokens and OAuth access tokens; issuing the latter is in `oauth`."""

from dataclasses import dataclass

from fakes.okta.errors import refusal
from fakes.okta.org import Org


@dataclass(frozen=True, slots=True)
class Client:
    """`scopes` is None for an API token, which has its administrator's rights."""

    kind: str
    scopes: frozenset[str] | None = None


ANONYMOUS = Client("anonymous", frozenset())
API_TOKEN = Client("ssws")


def identify(org: Org, header: str | None) -> Client:
    """The client behind an Authorization header. The official SDK's `SSWStoken`, without a space, counts (S03)."""
    if not header:
        return ANONYMOUS
    if header[:4].upper() == "SSWS":
        if header[4:].strip() == org.api_token:
            return API_TOKEN
        raise refusal("E0000011")
    if header[:7].lower() == "bearer ":
        granted = org.tables.access_tokens.get(header[7:].strip())
        if granted is not None and org.now() < granted.expires_at:
            return Client("oauth", granted.scopes)
    raise refusal("E0000011")


def authorize(client: Client, scope: str, base: str, path: str) -> None:
    """Refuse a client that has no credentials (S01) or lacks the scope (S04). An empty scope is open to all."""
    if not scope or client.scopes is None:
        return
    if client is ANONYMOUS:
        raise refusal("E0000005")
    if scope in client.scopes or scope.replace(".read", ".manage") in client.scopes:
        return
    challenge = (
        f'Bearer authorization_uri="{base}/oauth2/v1/authorize", realm="{base}", scope="{scope}", '
        'error="insufficient_scope", error_description="The access token provided does not contain the '
        f'required scopes.", resource="{path}"'
    )
    raise refusal("E0000006", headers=[("WWW-Authenticate", challenge)])
