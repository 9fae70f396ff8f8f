"""What a help desk does to a user: passwords, questions, administrators' roles (they allow nothing here)."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from fakes.okta import lifecycle
from fakes.okta.bodies import credentials_body, user_url
from fakes.okta.call import Call, Endpoint, object_field, text_field
from fakes.okta.endpoints.users import shown
from fakes.okta.errors import invalid, missing, refusal
from fakes.okta.records import Role, User
from fakes.okta.times import stamp
from fakes.web import Response, Route, json_response

READ, MANAGE = "okta.users.read", "okta.users.manage"
ROLES_READ, ROLES_MANAGE = "okta.roles.read", "okta.roles.manage"
USER = "/api/v1/users/{userId}"
# In the order in which recorded lists have them (M; of the other five: L).
ROLES: Mapping[str, str] = {
    "APP_ADMIN": "Application Administrator",
    "SUPER_ADMIN": "Super Administrator",
    "ORG_ADMIN": "Organization Administrator",
    "API_ACCESS_MANAGEMENT_ADMIN": "API Access Management Administrator",
    "USER_ADMIN": "Group Administrator",
    "HELP_DESK_ADMIN": "Help Desk Administrator",
    "GROUP_MEMBERSHIP_ADMIN": "Group Membership Administrator",
    "MOBILE_ADMIN": "Mobile Administrator",
    "READ_ONLY_ADMIN": "Read-only Administrator",
    "REPORT_ADMIN": "Report Administrator",
}


def recover(call: Call, *, by_user: bool) -> Response:
    """Reset or forgotten: the user is in RECOVERY; without the mail the answer carries the link."""
    is_mailed = call.flag("sendEmail", True)
    lifecycle.recover_password(call.org, call.user(), by_user=by_user)
    return json_response({} if is_mailed else {"resetPasswordUrl": _link(call, "signin/reset-password")})


def expire(call: Call) -> Response:
    """`tempPassword=true` answers like the endpoint with the longer name."""
    if call.flag("tempPassword", False):
        return expire_with_password(call)
    after = lifecycle.expire_password(call.org, call.user())
    return json_response(shown(call, after))


def expire_with_password(call: Call) -> Response:
    given = call.org.source.token("Temp-1", 8)
    lifecycle.expire_password(call.org, call.user(), given)
    return json_response({"tempPassword": given})


def reactivate(call: Call) -> Response:
    is_mailed = call.flag("sendEmail", True)
    lifecycle.move(call.org, call.user(), "reactivate")
    token = call.org.source.token(length=20)
    return json_response(
        {} if is_mailed else {"activationUrl": f"{call.base}/welcome/{token}", "activationToken": token}
    )


def change_password(call: Call) -> Response:
    document = call.document()
    old, new = (text_field(object_field(document, name), "value") for name in ("oldPassword", "newPassword"))
    after = lifecycle.change_password(call.org, call.user(), old or "", new or "")
    return json_response(credentials_body(after))


def change_question(call: Call) -> Response:
    document = call.document()
    own = object_field(document, "recovery_question")
    question, answer = text_field(own, "question"), text_field(own, "answer")
    password = text_field(object_field(document, "password"), "value")
    after = lifecycle.change_question(call.org, call.user(), password or "", question or "", answer or "")
    return json_response(credentials_body(after))


def list_roles(call: Call) -> Response:
    user = call.user()
    return json_response([_role(call, each) for each in _roles_of(call, user)])


def assign_role(call: Call) -> Response:
    """E0000090 for a role that the user has."""
    kind, user = text_field(call.document(), "type"), call.user()
    if kind is None or kind not in ROLES:
        raise invalid("type", "type: must be one of " + ", ".join(ROLES))
    if any(role.type == kind for role in _roles_of(call, user)):
        raise refusal("E0000090", "The role specified is already assigned to the user.")
    role = Role(call.org.source.id("ra1"), user.id, kind, call.org.now())
    call.org.tables.roles[role.id] = role
    return json_response(_role(call, role), 201)


def get_role(call: Call) -> Response:
    return json_response(_role(call, _find_role(call)))


def unassign_role(call: Call) -> Response:
    del call.org.tables.roles[_find_role(call).id]
    return Response(204)


def _link(call: Call, page: str) -> str:
    return f"{call.base}/{page}/{call.org.source.token(length=20)}"


def _roles_of(call: Call, user: User) -> list[Role]:
    found = [role for role in call.org.tables.roles.values() if role.user_id == user.id]
    return sorted(found, key=lambda role: list(ROLES).index(role.type))


def _find_role(call: Call) -> Role:
    role = next((each for each in _roles_of(call, call.user()) if each.id == call.values["roleId"]), None)
    if role is None:
        raise missing(call.values["roleId"], "RoleAssignment")
    return role


def _role(call: Call, role: Role) -> dict[str, Any]:
    return {
        "id": role.id,
        "label": ROLES[role.type],
        "type": role.type,
        "status": "ACTIVE",
        "created": stamp(role.created),
        "lastUpdated": stamp(role.created),
        "assignmentType": "USER",
        "_links": {"assignee": {"href": user_url(call.base, role.user_id)}},
    }


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("POST", f"{USER}/lifecycle/reset_password", partial(recover, by_user=False), MANAGE, "user"),
    Route("POST", f"{USER}/lifecycle/expire_password", expire, MANAGE, "user"),
    Route("POST", f"{USER}/lifecycle/expire_password_with_temp_password", expire_with_password, MANAGE, "user"),
    Route("POST", f"{USER}/lifecycle/reactivate", reactivate, MANAGE, "user"),
    Route("POST", f"{USER}/credentials/forgot_password", partial(recover, by_user=True), MANAGE, "user"),
    Route("POST", f"{USER}/credentials/change_password", change_password, MANAGE, "user"),
    Route("POST", f"{USER}/credentials/change_recovery_question", change_question, MANAGE, "user"),
    Route("GET", f"{USER}/roles", list_roles, ROLES_READ, "user"),
    Route("POST", f"{USER}/roles", assign_role, ROLES_MANAGE, "user"),
    Route("GET", f"{USER}/roles/{{roleId}}", get_role, ROLES_READ, "user"),
    Route("DELETE", f"{USER}/roles/{{roleId}}", unassign_role, ROLES_MANAGE, "user"),
)
