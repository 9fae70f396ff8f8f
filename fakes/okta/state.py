"""The fake Okta as a Python object: one org and the handsets of its users. HTTP is in `fakes.okta.app`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from fakes.faults import Faults
from fakes.okta import activate, groups, oauth, policies, push, users, verify
from fakes.okta.org import Org, Snapshot, new_org, restore, snapshot
from fakes.okta.records import Prompt, Settings, SignInApp, Text

DEMO_TOKEN = "00fakeDemoTokenNotASecret00000000000000000"  # noqa: S105 - opens nothing but this fake


class Okta:
    """One Okta org in memory.

    `now` gives Unix epoch seconds and is the only clock; `seed` fixes every id and code. `pipeline` is the
    engine: "v1" is Classic, "idx" is Identity Engine. What an administrator could switch is in `settings`.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float],
        seed: int = 0,
        pipeline: Literal["v1", "idx"] = "v1",
        org_url: str = "https://atko.okta.example",
        api_token: str = DEMO_TOKEN,
        settings: Settings | None = None,
    ) -> None:
        self.org: Org = new_org(
            now=now,
            seed=seed,
            pipeline=pipeline,
            org_url=org_url,
            api_token=api_token,
            settings=settings or Settings(),
        )
        groups.found_everyone(self.org)
        policies.found_defaults(self.org)

    @property
    def url(self) -> str:
        """The org's address."""
        return self.org.url

    @property
    def api_token(self) -> str:
        return self.org.api_token

    @property
    def faults(self) -> Faults:
        return self.org.faults

    def now(self) -> float:
        return self.org.now()

    def advance(self, seconds: float) -> float:
        """Put this org's clock forward against the one it was given; returns the new time."""
        return self.org.clock.advance(seconds)

    def texts(self, to: str) -> list[Text]:
        """The text messages delivered to a number, newest last."""
        return verify.delivered(self.org, to)

    def calls(self, to: str) -> list[Text]:
        """The voice calls with a spoken code that reached a number, newest last."""
        return verify.delivered(self.org, to, "call")

    def emails(self, to: str) -> list[Text]:
        """The e-mails with a code that reached an address, newest last."""
        return verify.delivered(self.org, to, "email")

    def prompts(self, user_id: str) -> list[Prompt]:
        """The push prompts waiting on a user's devices, newest last. To look opens them: their numbers are shown."""
        return push.prompts(self.org, user_id)

    def owner(self, number: str) -> str | None:
        """The id of the user whose mobile has that number."""
        user = users.with_phone(self.org, number)
        return None if user is None else user.id

    def answer_push(self, user_id: str, approve: bool, number: int | None = None) -> str:
        """Answer the newest prompt; returns SUCCESS or REJECTED. HandsetError when none waits or a number lacks."""
        return push.answer(self.org, user_id, approve=approve, number=number).result

    def scan_push(self, user_id: str, name: str = "Phone") -> str:
        """The person scans the QR code of their pending push enrolment with a device; returns the factor's id."""
        return activate.scan(self.org, users.find(self.org, user_id), name).id

    def profile(self, user_id: str) -> Mapping[str, Any]:
        """A user's profile; OktaError for nobody's."""
        return users.find(self.org, user_id).profile

    def change_profile(self, user_id: str, profile: Mapping[str, Any]) -> None:
        """Change attributes as an administrator does in the console; OktaError when Okta would refuse them."""
        users.update(self.org, users.find(self.org, user_id), profile, whole=False)

    def totp(self, user_id: str) -> str:
        """The code that the user's authenticator app shows now. HandsetError when they have none."""
        return self.shown_code(user_id)[0]

    def shown_code(self, user_id: str) -> tuple[str, float]:
        """The same, and until when the app shows it (Unix seconds)."""
        return activate.shown_code(self.org, users.find(self.org, user_id))

    def add_service_app(self, client_id: str, keys: Sequence[Mapping[str, Any]], scopes: Sequence[str]) -> None:
        """An OAuth 2.0 service app with its public keys (JWK) and the scopes granted to it."""
        oauth.register(self.org, client_id, keys, scopes)

    def add_sign_in_app(self, app: SignInApp) -> None:
        """An OAuth client for Direct Authentication and CIBA."""
        oauth.register_sign_in(self.org, app)

    def snapshot(self) -> Snapshot:
        return snapshot(self.org)

    def restore(self, earlier: Snapshot) -> None:
        restore(self.org, earlier)
