"""What is usually wrong when an application refuses one of Twilio's requests, by status. A table, no logic.

From web frameworks and their checks; Twilio's debugger has no such advice.
"""

_TOKEN = "give its token with --auth-token (in tests: voice_auth_token)"  # noqa: S105 - where a token goes

REMEDIES: dict[int, str] = {
    400: f"if it checks the Host header, have it answer to this host; if it checks signatures, {_TOKEN}",
    401: "write user and password into the URL: https://user:password@host/",
    403: f"if it checks signatures, {_TOKEN}; if it checks the Host header or CSRF tokens, except webhooks from that",
    404: "correct the path, or add the route to the application",
    405: "have the URL take this method, or change it: --method get for the first webhook, method= in TwiML",
}
