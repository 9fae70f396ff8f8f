"""`/api/v1/policies` and their rules over HTTP; what they mean is in `fakes.okta.policies`."""

from dataclasses import replace
from functools import partial
from typing import Any

from fakes.okta import policies
from fakes.okta.bodies import policy_body, rule_body
from fakes.okta.call import Call, Endpoint, own_link
from fakes.okta.errors import invalid, missing
from fakes.okta.policy_forms import shown_settings
from fakes.okta.records import Policy, Rule
from fakes.web import Response, Route, json_response

READ, MANAGE = "okta.policies.read", "okta.policies.manage"
POLICY = "/api/v1/policies/{policyId}"
RULE = f"{POLICY}/rules/{{ruleId}}"


def list_policies(call: Call) -> Response:
    kind = call.request.parameters().get("type")
    if not kind:
        raise invalid("type", "type: The field cannot be left blank")
    return json_response([_shown(call, each) for each in policies.of_type(call.org, kind)], 200, *own_link(call))


def create_policy(call: Call) -> Response:
    created = policies.create(call.org, call.document(), activate=call.flag("activate", True))
    return json_response(_shown(call, created))


def get_policy(call: Call) -> Response:
    return json_response(_shown(call, _policy(call)))


def replace_policy(call: Call) -> Response:
    return json_response(_shown(call, policies.change(call.org, _policy(call), call.document())))


def delete_policy(call: Call) -> Response:
    policies.delete(call.org, _policy(call))
    return Response(204)


def switch_policy(call: Call, *, status: str) -> Response:
    policies.set_status(call.org, _policy(call), status)
    return Response(204)


def list_rules(call: Call) -> Response:
    return json_response([_shown_rule(call, rule) for rule in policies.rules_of(call.org, _policy(call))])


def create_rule(call: Call) -> Response:
    created = policies.create_rule(call.org, _policy(call), call.document(), activate=call.flag("activate", True))
    return json_response(_shown_rule(call, created))


def get_rule(call: Call) -> Response:
    return json_response(_shown_rule(call, _rule(call)))


def replace_rule(call: Call) -> Response:
    changed = policies.change_rule(call.org, _policy(call), _rule(call), call.document())
    return json_response(_shown_rule(call, changed))


def delete_rule(call: Call) -> Response:
    policies.delete_rule(call.org, _rule(call))
    return Response(204)


def switch_rule(call: Call, *, status: str) -> Response:
    policies.set_rule_status(call.org, _rule(call), status)
    return Response(204)


def _shown(call: Call, policy: Policy) -> dict[str, Any]:
    settings = shown_settings(call.org, policy)
    return policy_body(call.base, replace(policy, settings=settings), policies.place_of(call.org, policy))


def _shown_rule(call: Call, rule: Rule) -> dict[str, Any]:
    return rule_body(call.base, rule, policies.place_of_rule(call.org, _policy(call), rule))


def _policy(call: Call) -> Policy:
    return policies.find(call.org, call.values["policyId"])


def _rule(call: Call) -> Rule:
    """Of a policy that is gone the rule is missed, not the policy (A17)."""
    policy = call.org.tables.policies.get(call.values["policyId"])
    if policy is None:
        raise missing(call.values["ruleId"], "PolicyRule")
    return policies.find_rule(call.org, policy, call.values["ruleId"])


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", "/api/v1/policies", list_policies, READ, "api"),
    Route("POST", "/api/v1/policies", create_policy, MANAGE, "api"),
    Route("GET", POLICY, get_policy, READ, "api"),
    Route("PUT", POLICY, replace_policy, MANAGE, "api"),
    Route("DELETE", POLICY, delete_policy, MANAGE, "api"),
    Route("POST", f"{POLICY}/lifecycle/activate", partial(switch_policy, status="ACTIVE"), MANAGE, "api"),
    Route("POST", f"{POLICY}/lifecycle/deactivate", partial(switch_policy, status="INACTIVE"), MANAGE, "api"),
    Route("GET", f"{POLICY}/rules", list_rules, READ, "api"),
    Route("POST", f"{POLICY}/rules", create_rule, MANAGE, "api"),
    Route("GET", RULE, get_rule, READ, "api"),
    Route("PUT", RULE, replace_rule, MANAGE, "api"),
    Route("DELETE", RULE, delete_rule, MANAGE, "api"),
    Route("POST", f"{RULE}/lifecycle/activate", partial(switch_rule, status="ACTIVE"), MANAGE, "api"),
    Route("POST", f"{RULE}/lifecycle/deactivate", partial(switch_rule, status="INACTIVE"), MANAGE, "api"),
)
