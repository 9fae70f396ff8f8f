"""`/api/v1/groups` over HTTP; the rules are in `fakes.okta.groups`."""

from fakes.okta import groups
from fakes.okta.bodies import group_body, user_body
from fakes.okta.call import Call, Endpoint, object_field, text_field
from fakes.okta.errors import refusal
from fakes.okta.paging import page
from fakes.web import Response, Route, json_response

READ, MANAGE = "okta.groups.read", "okta.groups.manage"
LARGEST_PAGE = 10_000
GROUP = "/api/v1/groups/{groupId}"


def list_groups(call: Call) -> Response:
    """All, by `q` (a prefix of the name) or by `search`."""
    given = call.request.parameters()
    if "filter" in given:
        raise refusal("E0000094", "filter is not simulated for groups, search is")
    if "search" in given:
        found = groups.search(call.org, given["search"])
    else:
        found = groups.listed(call.org, given.get("q", ""))
    items, links = page(call, found, lambda group: group.id, largest=LARGEST_PAGE)
    return json_response([group_body(call.base, group) for group in items], 200, *links)


def get_group(call: Call) -> Response:
    return json_response(group_body(call.base, groups.find(call.org, call.values["groupId"])))


def create_group(call: Call) -> Response:
    profile = object_field(call.document(), "profile")
    name, description = text_field(profile, "name"), text_field(profile, "description")
    return json_response(group_body(call.base, groups.create(call.org, name or "", description)))


def replace_group(call: Call) -> Response:
    profile = object_field(call.document(), "profile")
    group = groups.find(call.org, call.values["groupId"])
    name, description = text_field(profile, "name"), text_field(profile, "description")
    return json_response(group_body(call.base, groups.rename(call.org, group, name or "", description)))


def delete_group(call: Call) -> Response:
    groups.delete(call.org, groups.find(call.org, call.values["groupId"]))
    return Response(204)


def list_members(call: Call) -> Response:
    found = groups.members(call.org, groups.find(call.org, call.values["groupId"]))
    items, links = page(call, found, lambda user: user.id)
    return json_response([user_body(call.base, user, is_list_item=True) for user in items], 200, *links)


def add_member(call: Call) -> Response:
    groups.join(call.org, call.values["groupId"], call.user())
    return Response(204)


def remove_member(call: Call) -> Response:
    groups.leave(call.org, call.values["groupId"], call.user())
    return Response(204)


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", "/api/v1/groups", list_groups, READ, "api"),
    Route("POST", "/api/v1/groups", create_group, MANAGE, "api"),
    Route("GET", GROUP, get_group, READ, "api"),
    Route("PUT", GROUP, replace_group, MANAGE, "api"),
    Route("DELETE", GROUP, delete_group, MANAGE, "api"),
    Route("GET", f"{GROUP}/users", list_members, READ, "api"),
    Route("PUT", f"{GROUP}/users/{{userId}}", add_member, MANAGE, "api"),
    Route("DELETE", f"{GROUP}/users/{{userId}}", remove_member, MANAGE, "api"),
)
