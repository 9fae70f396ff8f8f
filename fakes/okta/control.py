"""The control plane under `/_fake/`: handsets, clock, faults and reset over HTTP. Okta has nothing like it."""

from collections.abc import Mapping

from fakes.control import Action, ClockAndFaults, ControlRequest, answered, number_of
from fakes.okta import activate, direct, factors, policies, push, switches, users, verify
from fakes.okta.errors import OktaError
from fakes.okta.org import Org, restore, snapshot
from fakes.okta.push import HandsetError, NumberWantedError
from fakes.okta.records import CALL, EMAIL, SMS, Prompt, Text, User
from fakes.okta.times import stamp
from fakes.request_log import RequestLog, log_body
from fakes.web import Request, Response, Route, Router, json_response

PREFERENCE = "ivrFactorPreference"
"""The attribute of the profile in which the line looks up whom to ask for which factor first."""
USUAL = ("sms", "push")
"""What can be preferred where the schema does not say."""


class Control:
    """Answers `/_fake/…` for one org. `reset` goes back to the moment this was made."""

    def __init__(self, org: Org, log: RequestLog | None = None) -> None:
        self._org = org
        self._log = log or RequestLog(org.now)
        self._start = snapshot(org)
        self._router: Router[Action] = Router(
            (
                Route("POST", "/_fake/reset", self._reset),
                Route("GET", "/_fake/sms", self._sms),
                Route("GET", "/_fake/calls", self._calls),
                Route("GET", "/_fake/emails", self._emails),
                Route("GET", "/_fake/push/{userId}", self._prompts),
                Route("POST", "/_fake/push/{userId}/{answer}", self._answer),
                Route("GET", "/_fake/users/{userId}", self._profile),
                Route("POST", "/_fake/users/{userId}", self._change_profile),
                Route("GET", "/_fake/preferences", self._choices),
                Route("GET", "/_fake/preferences/{userId}", self._preference),
                Route("POST", "/_fake/preferences/{userId}", self._prefer),
                Route("POST", "/_fake/devices/{userId}", self._scan),
                Route("GET", "/_fake/totp/{userId}", self._totp),
                Route("POST", "/_fake/apps", self._add_app),
                *ClockAndFaults(self._org.clock, self._org.faults, stamp).routes,
                Route("GET", "/_fake/requests", self._requests),
                Route("GET", "/_fake/state", self._state),
            )
        )

    @property
    def routes(self) -> tuple[Route[Action], ...]:
        return self._router.routes

    def answer(self, request: Request) -> Response:
        return answered(self._router, request, {NumberWantedError: 400, HandsetError: 404, OktaError: 404})

    def _reset(self, _: ControlRequest) -> Response:
        restore(self._org, self._start)
        self._org.faults.clear()
        return Response(204)

    def _sms(self, asked: ControlRequest) -> Response:
        return self._delivered(SMS, asked.query)

    def _calls(self, asked: ControlRequest) -> Response:
        return self._delivered(CALL, asked.query)

    def _emails(self, asked: ControlRequest) -> Response:
        return self._delivered(EMAIL, asked.query)

    def _delivered(self, channel: str, query: Mapping[str, str]) -> Response:
        to = query.get("to")
        if to is None:
            found = [text for text in self._org.tables.texts if text.channel == channel]
        else:
            found = verify.delivered(self._org, f"+{to[1:]}" if to.startswith(" ") else to, channel)
        return json_response([_text(text) for text in found])

    def _prompts(self, asked: ControlRequest) -> Response:
        user = self._user(asked)
        return json_response([_prompt(prompt) for prompt in push.prompts(self._org, user.id)])

    def _answer(self, asked: ControlRequest) -> Response:
        answer, number = asked.values["answer"], asked.document.get("number")
        if answer not in ("approve", "deny"):
            raise ValueError(f"a push is answered with approve or deny, not {answer}")
        if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
            raise ValueError("number is a whole number")
        user = self._user(asked)
        answered = push.answer(self._org, user.id, approve=answer == "approve", number=number)
        return json_response({"transactionId": answered.id, "result": answered.result})

    def _profile(self, asked: ControlRequest) -> Response:
        return json_response({"profile": self._user(asked).profile})

    def _change_profile(self, asked: ControlRequest) -> Response:
        """An administrator changes attributes in the console; those that are not named stay."""
        profile = asked.document.get("profile")
        if not isinstance(profile, dict):
            raise ValueError("profile is an object of attributes")
        user = self._user(asked)
        return json_response({"profile": users.update(self._org, user, profile, whole=False).profile})

    def _choices(self, _: ControlRequest) -> Response:
        """List the factors that the schema lets somebody prefer."""
        return json_response({"choices": self._factors()})

    def _preference(self, asked: ControlRequest) -> Response:
        preferred = self._user(asked).profile.get(PREFERENCE)
        return json_response({"preferred": preferred, "choices": self._factors()})

    def _prefer(self, asked: ControlRequest) -> Response:
        """An administrator sets which factor the line asks this person for first; null clears it."""
        if "preferred" not in asked.document:
            raise ValueError("preferred is a factor, or null")
        users.update(self._org, self._user(asked), {PREFERENCE: asked.document["preferred"]}, whole=False)
        return self._preference(asked)

    def _factors(self) -> list[str]:
        wanted = self._org.tables.attributes.get(PREFERENCE, {}).get("enum")
        return list(map(str, wanted)) if isinstance(wanted, list) and wanted else list(USUAL)

    def _user(self, asked: ControlRequest) -> User:
        """Find them by id, login or phone number."""
        return users.with_phone(self._org, asked.values["userId"]) or users.find(self._org, asked.values["userId"])

    def _scan(self, asked: ControlRequest) -> Response:
        """A device scans the QR code of the user's pending push enrolment."""
        name = asked.document.get("name", "Phone")
        if not isinstance(name, str):
            raise ValueError("name is a string")
        factor = activate.scan(self._org, self._user(asked), name)
        return json_response({"factorId": factor.id})

    def _totp(self, asked: ControlRequest) -> Response:
        user = self._user(asked)
        code, until = activate.shown_code(self._org, user)
        return json_response({"code": code, "expiresAt": until})

    def _add_app(self, asked: ControlRequest) -> Response:
        """Add an OAuth client for Direct Authentication and CIBA; one of that id is replaced."""
        return json_response({"client_id": direct.read_app(self._org, asked.document).client_id})

    def _requests(self, asked: ControlRequest) -> Response:
        return json_response(log_body(self._log, number_of(asked.query, "since")))

    def _state(self, _: ControlRequest) -> Response:
        """What the org holds, without codes, answers, secrets or passwords."""
        tables = self._org.tables
        return json_response(
            {
                "pipeline": self._org.pipeline,
                "now": self._org.now(),
                "users": [
                    {
                        "id": user.id,
                        "login": user.profile.get("login"),
                        "status": user.status,
                        "phones": users.phones(user),
                        "failures": len(tables.failures.get(user.id, ())),
                        "factors": [
                            {"id": each.id, "type": each.type, "status": each.status}
                            for each in factors.of_user(self._org, user)
                        ],
                    }
                    for user in tables.users.values()
                ],
                "groups": [
                    {"id": group.id, "name": group.name, "members": sorted(group.members)}
                    for group in tables.groups.values()
                ],
                "attributes": {name: dict(sorted(body.items())) for name, body in tables.attributes.items()},
                "switches": dict(switches.statuses(self._org)),
                "policies": [
                    {
                        "id": policy.id,
                        "type": policy.type,
                        "name": policy.name,
                        "status": policy.status,
                        "priority": policy.priority,
                        "groups": list(policy.groups),
                        "settings": policy.settings,
                        "rules": [
                            {
                                "id": rule.id,
                                "name": rule.name,
                                "status": rule.status,
                                "conditions": dict(rule.conditions),
                                "actions": dict(rule.actions),
                            }
                            for rule in policies.rules_of(self._org, policy)
                        ],
                    }
                    for policy in tables.policies.values()
                ],
                "pushes": [
                    {"id": each.id, "userId": each.user_id, "result": each.result} for each in tables.pushes.values()
                ],
                "texts": len(tables.texts),
            }
        )


def _text(text: Text) -> dict[str, object]:
    return {"to": text.to, "body": text.body, "code": text.code, "at": text.at, "expiresAt": text.expires_at}


def _prompt(prompt: Prompt) -> dict[str, object]:
    """As a device would show it: three choices, not which one is right."""
    return {
        "transactionId": prompt.transaction_id,
        "userId": prompt.user_id,
        "created": prompt.created,
        "expiresAt": prompt.expires_at,
        "choices": list(prompt.choices),
        "app": prompt.app,
        "origin": prompt.origin,
    }
