"""`/api/v1/groups` over HTTP; the rules are in `fakes.okta.groups`."""

from functools import partial
from typing import Any

from fakes.okta import group_rules, groups
from fakes.okta.bodies import group_body
from fakes.okta.call import Call, Endpoint, object_field, page, text_field
from fakes.okta.endpoints import users
from fakes.okta.records import Group, GroupRule
from fakes.okta.times import stamp
from fakes.web import Response, Route, json_response

READ, MANAGE = "okta.groups.read", "okta.groups.manage"
LARGEST_PAGE = 10_000
GROUP = "/api/v1/groups/{groupId}"
RULE = "/api/v1/groups/rules/{ruleId}"


def list_groups(call: Call) -> Response:
    """All, by `q` (a prefix of the name) or by `search`."""
    given = call.request.parameters()
    if "filter" in given:
        start = given.get("q", "")
        found = [each for each in groups.filtered(call.org, given["filter"]) if each in groups.listed(call.org, start)]
    elif "search" in given:
        found = groups.search(call.org, given["search"])
    else:
        found = groups.listed(call.org, given.get("q", ""))
    items, links = page(call, found, lambda group: group.id, largest=LARGEST_PAGE)
    if "q" in given:  # such a list links to its next page alone
        links = [each for each in links if 'rel="next"' in each[1]]
    return json_response([shown(call, group) for group in items], 200, *links)


def get_group(call: Call) -> Response:
    return json_response(shown(call, groups.find(call.org, call.values["groupId"])))


def create_group(call: Call) -> Response:
    profile = object_field(call.document(), "profile")
    name, description = text_field(profile, "name"), text_field(profile, "description")
    return json_response(shown(call, groups.create(call.org, name or "", description)))


def replace_group(call: Call) -> Response:
    profile = object_field(call.document(), "profile")
    group = groups.find(call.org, call.values["groupId"])
    name, description = text_field(profile, "name"), text_field(profile, "description")
    return json_response(shown(call, groups.rename(call.org, group, name or "", description)))


def shown(call: Call, group: Group) -> dict[str, Any]:
    return group_body(call.base, group, is_classic=call.org.is_classic)


def delete_group(call: Call) -> Response:
    groups.delete(call.org, groups.find(call.org, call.values["groupId"]))
    return Response(204)


def list_members(call: Call) -> Response:
    found = groups.members(call.org, groups.find(call.org, call.values["groupId"]))
    items, links = page(call, found, lambda user: user.id)
    return json_response([users.shown(call, user, is_list_item=True) for user in items], 200, *links)


def add_member(call: Call) -> Response:
    groups.join(call.org, call.values["groupId"], call.user())
    return Response(204)


def remove_member(call: Call) -> Response:
    groups.leave(call.org, call.values["groupId"], call.user())
    return Response(204)


def list_rules(call: Call) -> Response:
    """All, or by `search`, a part of the name."""
    part = call.request.parameters().get("search", "").lower()
    found = [rule for rule in call.org.tables.group_rules.values() if part in rule.name.lower()]
    items, links = page(call, found, lambda rule: rule.id)
    return json_response([_rule(rule) for rule in items], 200, *links)


def create_rule(call: Call) -> Response:
    return json_response(_rule(group_rules.create(call.org, call.document())))


def get_rule(call: Call) -> Response:
    return json_response(_rule(_found_rule(call)))


def replace_rule(call: Call) -> Response:
    return json_response(_rule(group_rules.change(call.org, _found_rule(call), call.document())))


def delete_rule(call: Call) -> Response:
    """Those whom it put somewhere stay there unless `removeUsers` says otherwise."""
    group_rules.delete(call.org, _found_rule(call), takes_people_out=call.flag("removeUsers", False))
    return json_response({}, 202)


def switch_rule(call: Call, *, status: str) -> Response:
    group_rules.switch(call.org, _found_rule(call), status)
    return Response(204)


def _found_rule(call: Call) -> GroupRule:
    return group_rules.find(call.org, call.values["ruleId"])


def _rule(rule: GroupRule) -> dict[str, Any]:
    expression = {"value": rule.expression, "type": "urn:okta:expression:1.0"}
    people = {"users": {"exclude": list(rule.excluded)}, "groups": {"exclude": []}}
    return {
        "type": "group_rule",
        "id": rule.id,
        "status": rule.status,
        "name": rule.name,
        "created": stamp(rule.created),
        "lastUpdated": stamp(rule.last_updated),
        "conditions": {"people": people, "expression": expression},
        "actions": {"assignUserToGroups": {"groupIds": list(rule.group_ids)}},
        "allGroupsValid": True,
    }


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", "/api/v1/groups", list_groups, READ, "api"),
    Route("POST", "/api/v1/groups", create_group, MANAGE, "api"),
    Route("GET", GROUP, get_group, READ, "api"),
    Route("PUT", GROUP, replace_group, MANAGE, "api"),
    Route("DELETE", GROUP, delete_group, MANAGE, "api"),
    Route("GET", f"{GROUP}/users", list_members, READ, "api"),
    Route("PUT", f"{GROUP}/users/{{userId}}", add_member, MANAGE, "api"),
    Route("DELETE", f"{GROUP}/users/{{userId}}", remove_member, MANAGE, "api"),
    Route("GET", "/api/v1/groups/rules", list_rules, READ, "api"),
    Route("POST", "/api/v1/groups/rules", create_rule, MANAGE, "api"),
    Route("GET", RULE, get_rule, READ, "api"),
    Route("PUT", RULE, replace_rule, MANAGE, "api"),
    Route("DELETE", RULE, delete_rule, MANAGE, "api"),
    Route("POST", f"{RULE}/lifecycle/activate", partial(switch_rule, status="ACTIVE"), MANAGE, "api"),
    Route("POST", f"{RULE}/lifecycle/deactivate", partial(switch_rule, status="INACTIVE"), MANAGE, "api"),
)
