"""`/api/v1/users`: search, read, write and lifecycle over HTTP; the rules are in `fakes.okta.users`."""

from functools import partial
from typing import Any
from zlib import adler32

from fakes.okta import factors, groups, lifecycle, users
from fakes.okta.bodies import group_body, user_body
from fakes.okta.call import Call, Endpoint, limit, object_field, own_link, page, strings_field, text_field
from fakes.okta.errors import invalid, refusal
from fakes.okta.records import User
from fakes.web import Response, Route, json_response

READ, MANAGE = "okta.users.read", "okta.users.manage"
Q_PAGE = 10
USER = "/api/v1/users/{userId}"


def list_users(call: Call) -> Response:
    """Search, filter, q or everybody, in pages. Search and filter include DEPROVISIONED users (U06)."""
    given = call.request.parameters()
    if "q" in given:
        if "filter" in given or "search" in given:
            raise refusal("E0000033")
        found = users.listed(call.org, given["q"])[: limit(call, Q_PAGE)]
        links = own_link(call)
        return json_response([shown(call, user, is_list_item=True) for user in found], 200, *links)
    if "search" in given:
        found = users.search(call.org, given["search"])
    elif "filter" in given:
        found = users.filtered(call.org, given["filter"])
    else:
        found = users.listed(call.org)
    items, links = page(call, found, lambda user: user.id)
    return json_response([shown(call, user, is_list_item=True) for user in items], 200, *links)


def get_user(call: Call) -> Response:
    """With a weak ETag, as orgs answer since 2025."""
    user = call.user()
    return json_response(shown(call, user), 200, ("ETag", f'W/"{adler32(repr(user).encode()):08x}"'))


def create_user(call: Call) -> Response:
    document = call.document()
    profile = object_field(document, "profile")
    password, provider = _password(call, document)
    recovery = object_field(object_field(document, "credentials"), "recovery_question")
    wanted = [groups.find(call.org, group_id) for group_id in strings_field(document, "groupIds")]
    for group in wanted:
        groups.check_own(group)
    if password is not None and provider == "OKTA":
        users.check_password(password, str(profile.get("login", "")))
    user = users.create(
        call.org,
        profile,
        password=password,
        provider=provider,
        activate=call.flag("activate", True),
        recovery_question=text_field(recovery, "question"),
        recovery_answer=text_field(recovery, "answer"),
        must_change_password=call.request.parameters().get("nextLogin") == "changePassword",
    )
    for group in wanted:
        groups.join(call.org, group.id, user)
    return json_response(shown(call, user))


def update_user(call: Call, *, whole: bool) -> Response:
    """A replacement without a profile changes the password alone (recorded)."""
    document = call.document()
    user = call.user()
    profile = object_field(document, "profile")
    is_whole = whole and "profile" in document
    if whole and not is_whole and "credentials" not in document:
        raise invalid("profile", "profile: The field cannot be left blank")
    password, provider = _password(call, document)
    if password is not None and provider == "OKTA":
        users.check_password(password, str(profile.get("login", user.profile["login"])))
    after = users.update(call.org, user, profile, whole=is_whole, password=password, provider=provider)
    return json_response(shown(call, after))


def shown(call: Call, user: User, *, is_list_item: bool = False) -> dict[str, Any]:
    return user_body(call.base, user, is_classic=call.org.is_classic, is_list_item=is_list_item)


def delete_user(call: Call) -> Response:
    users.delete(call.org, call.user())
    return Response(204)


def activate(call: Call) -> Response:
    """Without the mail the answer carries the activation link."""
    is_mailed = call.flag("sendEmail", True)
    lifecycle.move(call.org, call.user(), "activate")
    if is_mailed:
        return json_response({})
    token = call.org.source.token(length=20)
    return json_response({"activationUrl": f"{call.base}/welcome/{token}", "activationToken": token})


def move(call: Call, *, action: str) -> Response:
    lifecycle.move(call.org, call.user(), action)
    return json_response({})


def reset_factors(call: Call) -> Response:
    for factor in factors.of_user(call.org, call.user()):
        factors.remove(call.org, factor)
    return json_response({})


def list_groups_of(call: Call) -> Response:
    found = groups.of_user(call.org, call.user())
    return json_response(
        [group_body(call.base, group, is_classic=call.org.is_classic) for group in found], 200, *own_link(call)
    )


def list_blocks(call: Call) -> Response:
    """Devices that may not sign in: there are none."""
    call.user()
    return json_response([])


def _password(call: Call, document: dict[str, Any]) -> tuple[str | None, str]:
    """The password and where it is from. One that is given as a hash or by a hook opens nothing here."""
    given = object_field(object_field(document, "credentials"), "password")
    if "hash" in given or "hook" in given:
        return call.org.source.token(length=40), "IMPORT"
    return text_field(given, "value"), "OKTA"


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", "/api/v1/users", list_users, READ, "users"),
    Route("POST", "/api/v1/users", create_user, MANAGE, "users"),
    Route("GET", USER, get_user, READ, "user"),
    Route("POST", USER, partial(update_user, whole=False), MANAGE, "user"),
    Route("PUT", USER, partial(update_user, whole=True), MANAGE, "user"),
    Route("DELETE", USER, delete_user, MANAGE, "user"),
    Route("GET", f"{USER}/groups", list_groups_of, READ, "user"),
    Route("GET", f"{USER}/blocks", list_blocks, READ, "user"),
    Route("POST", f"{USER}/lifecycle/activate", activate, MANAGE, "user"),
    Route("POST", f"{USER}/lifecycle/deactivate", partial(move, action="deactivate"), MANAGE, "user"),
    Route("POST", f"{USER}/lifecycle/suspend", partial(move, action="suspend"), MANAGE, "user"),
    Route("POST", f"{USER}/lifecycle/unsuspend", partial(move, action="unsuspend"), MANAGE, "user"),
    Route("POST", f"{USER}/lifecycle/unlock", partial(move, action="unlock"), MANAGE, "user"),
    Route("POST", f"{USER}/lifecycle/reset_factors", reset_factors, MANAGE, "user"),
)
