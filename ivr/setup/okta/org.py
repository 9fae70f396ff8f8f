"""One Okta org as a set-up sees it: requests that wait for rate limits, and trouble as one sentence with the remedy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from ivr.identity.okta_answers import field
from ivr.identity.okta_wire import Answer, OktaWire
from ivr.identity.protocol import Trouble, Unavailable

MOST_WAITS = 2  # times a request is held back; a window of Okta's lasts about a minute
LONGEST_WAIT = 90.0  # seconds
# path: (what it is about, the scope that an OAuth client would need; a token has the rights of its owner)
RIGHTS = (
    ("/api/v1/meta/schemas", "the user profile's attributes", "okta.schemas"),
    ("/api/v1/org/factors", "the org's factors", "okta.factors"),
    ("/api/v1/authenticators", "authenticators", "okta.authenticators"),
    ("/api/v1/policies", "policies", "okta.policies"),
    ("/api/v1/apps", "apps", "okta.apps"),
    ("/api/v1/groups", "groups", "okta.groups"),
    ("/api/v1/users", "users and their factors", "okta.users"),
)
SEQUENCING_FLAG = "PASSWORDLESS_AUTHN_SIGNON_POLICY"
NO_PHONES = ("E0000226", "E0000264", "E0000247")


class OktaTroubleError(Exception):
    """Okta did not do what was asked; the message is one sentence with the remedy and holds no secret."""


class Org:
    """`say` hears when a rate limit makes us wait; `sleep` and `now` are the only clock."""

    def __init__(
        self,
        wire: OktaWire,
        *,
        sleep: Callable[[float], Awaitable[None]],
        now: Callable[[], float],
        say: Callable[[str], None],
    ) -> None:
        self.url = wire.org_url
        self._wire = wire
        self._sleep = sleep
        self._now = now
        self._say = say

    async def get(self, path: str, *, needs_token: bool = True) -> Any:
        """The body, or None when there is no such thing (404)."""
        answer = await self.send("GET", path, may_miss=True, needs_token=needs_token)
        return None if answer.status == 404 else answer.body

    async def rows(self, path: str, *, none_if: str = "") -> list[Any]:
        """A list, whole, page after page; empty where there is no such list, or at the error code `none_if`."""
        found: list[Any] = []
        next_path: str | None = path
        while next_path is not None:
            answer = await self.send("GET", next_path, may_miss=True, none_if=none_if)
            found += answer.body if isinstance(answer.body, list) else []
            next_path = answer.next_page
        return found

    async def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        may_miss: bool = False,
        none_if: str = "",
        done_if: tuple[str, ...] = (),
        needs_token: bool = True,
    ) -> Answer:
        """A 2xx, or what is foreseen: 404 (`may_miss`), a code (`none_if`), the end of summary or cause (`done_if`)."""
        answer = await self._send(method, path, body, needs_token=needs_token)
        for _ in range(MOST_WAITS):
            if answer.status != 429:
                break
            await self._wait(answer)
            answer = await self._send(method, path, body, needs_token=needs_token)
        is_foreseen = (may_miss and answer.status == 404) or (none_if and answer.code == none_if)
        said = (str(field(answer.body, "errorSummary")), *_causes(answer.body))
        is_foreseen = is_foreseen or any(each.endswith(done_if) for each in said)
        if is_foreseen or 200 <= answer.status < 300:
            return answer
        raise OktaTroubleError(sentence(answer, method, path))

    async def pause(self, seconds: float) -> None:
        """Wait for a person."""
        await self._sleep(seconds)

    async def _send(self, method: str, path: str, body: Mapping[str, Any] | None, *, needs_token: bool) -> Answer:
        answer = await self._wire.send(method, path, body, needs_token=needs_token)
        if isinstance(answer, Unavailable):
            raise OktaTroubleError(_unavailable(answer, self.url))
        return answer

    async def _wait(self, answer: Answer) -> None:
        """Until the window ends by Okta's own clock. Without a reset (the 30 s of a text) half a minute."""
        seconds = 30.0
        if answer.reset is not None and answer.code in ("E0000047", ""):
            seconds = answer.reset - (answer.date if answer.date is not None else self._now()) + 1
        seconds = min(max(seconds, 1.0), LONGEST_WAIT)
        self._say(f"Okta asks for fewer requests: going on in {round(seconds)} s.")
        await self._sleep(seconds)


def sentence(answer: Answer, method: str, path: str) -> str:
    """What an answer that is not a success means, and what to do."""
    about, scope = next(((about, scope) for start, about, scope in RIGHTS if path.startswith(start)), ("this", ""))
    deed, right = ("read", f"{scope}.read") if method == "GET" else ("change", f"{scope}.manage")
    causes = "; ".join(_causes(answer.body))
    match answer.status, answer.code:
        case 401, "E0000015":
            return f"The org lacks the feature behind {about} (E0000015): ask Okta's support to switch it on."
        case 401, _:
            return (
                f"Okta does not know the token ({answer.code or 401}): make one in the admin console "
                "(Security, API, Tokens) and set OKTA_API_TOKEN."
            )
        case 403, "E0000006" | "E0000005" | "":
            return (
                f"The token may not {deed} {about} ({answer.code or 403}): its owner needs the right {right}, which "
                "a super administrator has; make a token as one, set OKTA_API_TOKEN and run this again."
            )
        case 429, _:
            return f"Okta still asks for fewer requests ({answer.code or 429}): run this again in some minutes."
        case _, "E0000148":
            return (
                "An authenticator is still used by another policy (E0000148): leave it as it is, or take it out of "
                f"that policy first{': ' if causes else ''}{causes}."
            )
        case _, code if code in NO_PHONES:
            return (
                f"The org cannot send texts or calls ({code}): give it a telephony provider or hook "
                "(Okta docs: Telephony), or ask Okta's support, and run this again."
            )
        case _, _ if SEQUENCING_FLAG in causes:
            return (
                f"The org lacks factor sequencing ({SEQUENCING_FLAG} is off): ask Okta's support to switch it on, "
                "or add --no-sign-on, for the line works without it."
            )
        case status, _ if status >= 500:
            return f"Okta is in trouble itself ({answer.status}): run this again later."
        case _:
            why = causes or str(field(answer.body, "errorSummary") or "it says no more")
            return f"Okta refuses to {deed} {about} ({answer.code or answer.status}): {why}; correct it and run again."


def _unavailable(trouble: Unavailable, url: str) -> str:
    if trouble.trouble is Trouble.REFUSED:
        return (
            f"Okta refuses the service app ({trouble.detail}): grant it the scopes of docs/live.md and an "
            "administrator role, or set OKTA_API_TOKEN instead."
        )
    if trouble.trouble is Trouble.OUT_OF_REACH:
        return (
            f"{url} cannot be reached ({trouble.detail}): check OKTA_ORG_URL and that it is open from here "
            "(name, proxy, firewall), then run this again."
        )
    return f"The answer of {url} makes no sense ({trouble.detail}): is a proxy in between? Run this again later."


def _causes(body: Any) -> Iterator[str]:
    causes = field(body, "errorCauses")
    for each in causes if isinstance(causes, list) else ():
        summary = field(each, "errorSummary")
        if isinstance(summary, str):
            yield summary.strip().rstrip(".")
