"""Whether the company's accounts API is there and takes the token; nobody's account is read."""

from __future__ import annotations

from ivr.doctor.asking import Reply, ask
from ivr.doctor.findings import Finding, failed, ok, skipped
from ivr.session import Connection
from ivr.settings import Settings

ACCOUNTS = "accounts"
NOBODY = "ivr-doctor"


async def accounts_check(settings: Settings, connection: Connection) -> Finding:
    """An account that nobody has: "not found" in the API's own words means that it is the API and the token is good."""
    base = settings.accounts_api_url
    if base is None:
        return skipped(ACCOUNTS, "ACCOUNTS_API_URL is not set: callers cannot hear their balance.")
    token = settings.accounts_api_token.get_secret_value() if settings.accounts_api_token else ""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    match await ask(connection, "GET", f"{base}/v1/accounts/{NOBODY}", headers):
        case Reply(404, text) if "account_not_found" in text:
            return ok(ACCOUNTS, f"{base} answers and takes the token.")
        case Reply(401 | 403 as status):
            return failed(ACCOUNTS, f"{base} refuses the token ({status});", "set ACCOUNTS_API_TOKEN.")
        case Reply(status) if status >= 500:
            return failed(ACCOUNTS, f"{base} is in trouble itself ({status});", "look at its log.")
        case Reply(status):
            return failed(
                ACCOUNTS, f"{base} answers, but not as the accounts API ({status});", "check ACCOUNTS_API_URL."
            )
        case why:
            return failed(
                ACCOUNTS, f"{base} is out of reach ({why});", "check ACCOUNTS_API_URL and that it can be reached."
            )
