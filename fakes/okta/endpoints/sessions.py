"""`/api/v1/sessions`: sessions made of session tokens, over HTTP; no page here takes one."""

from typing import Any

from fakes.okta import factors
from fakes.okta.bodies import link, user_url
from fakes.okta.call import Call, Endpoint, text_field
from fakes.okta.errors import missing, refusal
from fakes.okta.records import Session
from fakes.okta.times import stamp
from fakes.web import Response, Route, json_response

READ, MANAGE = "okta.sessions.read", "okta.sessions.manage"
SESSION = "/api/v1/sessions/{sessionId}"
SECONDS = 7200.0  # two hours, as recorded


def create(call: Call) -> Response:
    """Of a session token, which is good once. Recorded links of this answer say `me`."""
    token = call.org.tables.session_tokens.pop(text_field(call.document(), "sessionToken") or "", None)
    now = call.org.now()
    if token is None or now >= token.expires_at or token.user_id not in call.org.tables.users:
        raise refusal("E0000004")
    session = Session(call.org.source.token("102", 22), token.user_id, now, now + SECONDS, token.by_factor)
    call.org.tables.sessions[session.id] = session
    return json_response(_body(call, session, path="me", user="me"))


def get(call: Call) -> Response:
    session = _found(call)
    return json_response(_body(call, session, path=session.id, user=session.user_id))


def refresh(call: Call) -> Response:
    """Two hours from now on."""
    found = _found(call)
    session = Session(found.id, found.user_id, found.created, call.org.now() + SECONDS, found.by_factor)
    call.org.tables.sessions[session.id] = session
    return json_response(_body(call, session, path=session.id, user=session.user_id))


def end(call: Call) -> Response:
    del call.org.tables.sessions[_found(call).id]
    return Response(204)


def end_all_of(call: Call) -> Response:
    """Of a user; their tokens of direct authentication only with `oauthTokens=true`."""
    user, tables = call.user(), call.org.tables
    tables.sessions = {key: each for key, each in tables.sessions.items() if each.user_id != user.id}
    if call.flag("oauthTokens", False):
        tables.issued_tokens = {key: each for key, each in tables.issued_tokens.items() if each.user_id != user.id}
    return Response(204)


def _found(call: Call) -> Session:
    session = call.org.tables.sessions.get(call.values["sessionId"])
    if session is None or call.org.now() >= session.expires_at or session.user_id not in call.org.tables.users:
        raise missing(call.values["sessionId"], "AppSession")
    return session


def _body(call: Call, session: Session, *, path: str, user: str) -> dict[str, Any]:
    person = call.org.tables.users[session.user_id]
    own, begun = f"{call.base}/api/v1/sessions/{path}", stamp(session.created)
    return {
        "id": session.id,
        "userId": person.id,
        "login": person.profile["login"],
        "createdAt": begun,
        "expiresAt": stamp(session.expires_at),
        "status": "ACTIVE",
        "lastPasswordVerification": begun,
        "lastFactorVerification": begun if session.by_factor else None,
        "amr": ["pwd", "mfa"] if session.by_factor else ["pwd"],
        "idp": {"id": "00ofakeorganization0", "type": "OKTA"},
        "mfaActive": any(each.status == "ACTIVE" for each in factors.of_user(call.org, person)),
        "_links": {
            "self": link(own, "GET", "DELETE"),
            "refresh": link(f"{own}/lifecycle/refresh", "POST"),
            "user": {
                "name": f"{person.profile.get('firstName')} {person.profile.get('lastName')}",
                **link(user_url(call.base, user), "GET"),
            },
        },
    }


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("POST", "/api/v1/sessions", create, "", "api"),
    Route("GET", SESSION, get, READ, "api"),
    Route("DELETE", SESSION, end, MANAGE, "api"),
    Route("POST", f"{SESSION}/lifecycle/refresh", refresh, MANAGE, "api"),
    Route("DELETE", "/api/v1/users/{userId}/sessions", end_all_of, MANAGE, "user"),
)
