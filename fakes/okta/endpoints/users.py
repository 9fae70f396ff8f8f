"""`/api/v1/users`: search, read, write and lifecycle over HTTP; the rules are in `fakes.okta.users`."""

from functools import partial
from typing import Any

from fakes.okta import factors, groups, users
from fakes.okta.bodies import group_body, user_body
from fakes.okta.call import Call, Endpoint, object_field, strings_field, text_field
from fakes.okta.errors import invalid, refusal
from fakes.okta.paging import limit, own_link, page
from fakes.web import Response, Route, json_response

READ, MANAGE = "okta.users.read", "okta.users.manage"
Q_PAGE = 10


def list_users(call: Call) -> Response:
    """Search, filter, q or everybody, in pages. Search and filter include DEPROVISIONED users (U06)."""
    given = call.request.parameters()
    if "q" in given:
        if "filter" in given or "search" in given:
            raise refusal("E0000033")
        found = users.listed(call.org, given["q"])[: limit(call, Q_PAGE)]
        links = own_link(call)
        return json_response([user_body(call.base, user, is_list_item=True) for user in found], 200, *links)
    if "search" in given:
        found = users.search(call.org, given["search"])
    elif "filter" in given:
        found = users.filtered(call.org, given["filter"])
    else:
        found = users.listed(call.org)
    items, links = page(call, found, lambda user: user.id)
    return json_response([user_body(call.base, user, is_list_item=True) for user in items], 200, *links)


def get_user(call: Call) -> Response:
    return json_response(user_body(call.base, call.user()))


def create_user(call: Call) -> Response:
    document = call.document()
    profile = object_field(document, "profile")
    password = _password(document)
    wanted = [groups.find(call.org, group_id) for group_id in strings_field(document, "groupIds")]
    for group in wanted:
        groups.check_own(group)
    if password is not None:
        users.check_password(password, str(profile.get("login", "")))
    user = users.create(
        call.org,
        profile,
        password=password,
        activate=call.flag("activate", True),
        must_change_password=call.request.parameters().get("nextLogin") == "changePassword",
    )
    for group in wanted:
        groups.join(call.org, group.id, user)
    return json_response(user_body(call.base, user))


def update_user(call: Call, *, whole: bool) -> Response:
    document = call.document()
    user = call.user()
    profile = object_field(document, "profile")
    if whole and "profile" not in document:
        raise invalid("profile", "profile: The field cannot be left blank")
    password = _password(document)
    if password is not None:
        users.check_password(password, str(profile.get("login", user.profile["login"])))
    return json_response(user_body(call.base, users.update(call.org, user, profile, whole=whole, password=password)))


def delete_user(call: Call) -> Response:
    users.delete(call.org, call.user())
    return Response(204)


def activate(call: Call) -> Response:
    """Without the mail the answer carries the activation link."""
    is_mailed = call.flag("sendEmail", True)
    users.move(call.org, call.user(), "activate")
    if is_mailed:
        return json_response({})
    token = call.org.source.token(length=20)
    return json_response({"activationUrl": f"{call.base}/welcome/{token}", "activationToken": token})


def move(call: Call, *, action: str) -> Response:
    users.move(call.org, call.user(), action)
    return json_response({})


def reset_factors(call: Call) -> Response:
    for factor in factors.of_user(call.org, call.user()):
        factors.remove(call.org, factor)
    return json_response({})


def list_groups_of(call: Call) -> Response:
    return json_response([group_body(call.base, group) for group in groups.of_user(call.org, call.user())])


def _password(document: dict[str, Any]) -> str | None:
    return text_field(object_field(object_field(document, "credentials"), "password"), "value")


USER = "/api/v1/users/{userId}"
ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", "/api/v1/users", list_users, READ, "users"),
    Route("POST", "/api/v1/users", create_user, MANAGE, "users"),
    Route("GET", USER, get_user, READ, "user"),
    Route("POST", USER, partial(update_user, whole=False), MANAGE, "user"),
    Route("PUT", USER, partial(update_user, whole=True), MANAGE, "user"),
    Route("DELETE", USER, delete_user, MANAGE, "user"),
    Route("GET", f"{USER}/groups", list_groups_of, READ, "user"),
    Route("POST", f"{USER}/lifecycle/activate", activate, MANAGE, "user"),
    Route("POST", f"{USER}/lifecycle/deactivate", partial(move, action="deactivate"), MANAGE, "user"),
    Route("POST", f"{USER}/lifecycle/suspend", partial(move, action="suspend"), MANAGE, "user"),
    Route("POST", f"{USER}/lifecycle/unsuspend", partial(move, action="unsuspend"), MANAGE, "user"),
    Route("POST", f"{USER}/lifecycle/unlock", partial(move, action="unlock"), MANAGE, "user"),
    Route("POST", f"{USER}/lifecycle/reset_factors", reset_factors, MANAGE, "user"),
)
