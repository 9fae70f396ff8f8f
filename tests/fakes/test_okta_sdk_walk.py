"""The official SDK's typed calls, walked through on both engines: each gives an object of the SDK's own model.

What the SDK cannot read of Okta's own answers (a challenge, a verification) is in `test_okta_contract.py`.
"""

from collections.abc import Awaitable
from typing import Any

import pytest
from okta.api.group_rule_api import GroupRuleApi
from okta.api.session_api import SessionApi
from okta.api.system_log_api import SystemLogApi
from okta.api.template_api import TemplateApi
from okta.api.user_cred_api import UserCredApi
from okta.api.user_resources_api import UserResourcesApi
from okta.api.user_sessions_api import UserSessionsApi
from okta.api.user_type_api import UserTypeApi
from okta.models.access_policy import AccessPolicy
from okta.models.access_policy_rule import AccessPolicyRule
from okta.models.add_group_request import AddGroupRequest
from okta.models.authenticator_enrollment_policy import AuthenticatorEnrollmentPolicy
from okta.models.authenticator_enrollment_policy_rule import AuthenticatorEnrollmentPolicyRule
from okta.models.change_password_request import ChangePasswordRequest
from okta.models.create_group_rule_request import CreateGroupRuleRequest
from okta.models.create_user_request import CreateUserRequest
from okta.models.group_rule import GroupRule
from okta.models.okta_sign_on_policy import OktaSignOnPolicy
from okta.models.okta_sign_on_policy_rule import OktaSignOnPolicyRule
from okta.models.password_policy import PasswordPolicy
from okta.models.password_policy_rule import PasswordPolicyRule
from okta.models.sms_template import SmsTemplate
from okta.models.update_user_request import UpdateUserRequest
from okta.models.user_credentials import UserCredentials
from okta.models.user_factor_security_question import UserFactorSecurityQuestion
from okta.models.user_factor_sms import UserFactorSMS
from okta.models.user_schema import UserSchema

from tests.fakes.conftest import OpenDoor
from tests.fakes.door import Door
from tests.fakes.test_okta_contract import APIS, sdk_at

MORE = (GroupRuleApi, SessionApi, SystemLogApi, TemplateApi, UserCredApi, UserResourcesApi, UserSessionsApi)
PASSWORD, ANOTHER = "Corr3ct-horse", "Sup3r-Secret-9"


@pytest.fixture(params=["v1", "idx"])
async def door(open_door: OpenDoor, request: pytest.FixtureRequest) -> Door:
    return await open_door(pipeline=request.param)


@pytest.fixture
def sdk(door: Door) -> Any:
    return sdk_at(door, apis=(*APIS, *MORE, UserTypeApi))


async def good(call: Awaitable[Any]) -> Any:
    """The object of a typed call that went well; None where Okta answers without a body."""
    found, _, error = await call
    assert error is None, error
    return found


async def person(sdk: Any) -> Any:
    profile = {"login": "mira@ivr.example", "email": "mira@ivr.example", "firstName": "Mira", "lastName": "Holt"}
    body = {"profile": profile, "credentials": {"password": {"value": PASSWORD}}}
    return await good(sdk.create_user(CreateUserRequest.from_dict(body), activate=True))


async def test_users_by_typed_calls(sdk: Any) -> None:
    made = await person(sdk)
    change = UpdateUserRequest.from_dict({"profile": {"title": "Pilot"}})
    whole = UpdateUserRequest.from_dict({"profile": {**made.profile.to_dict(), "nickName": "M"}})
    changed = await good(sdk.update_user(made.id, change))
    replaced = await good(sdk.replace_user(made.id, whole))
    read = await good(sdk.get_user(made.id))
    listed = await good(sdk.list_users(filter=f'id eq "{made.id}"'))
    groups = await good(sdk.list_user_groups(made.id))
    blocks = await good(sdk.list_user_blocks(made.id))

    assert (changed.profile.title, replaced.profile.nick_name, read.status) == ("Pilot", "M", "ACTIVE")
    assert ([each.id for each in listed], [each.profile.to_dict()["name"] for each in groups]) == (
        [made.id],
        ["Everyone"],
    )
    assert blocks == []
    for step in (sdk.suspend_user, sdk.unsuspend_user, sdk.reset_factors, sdk.revoke_user_sessions):
        await good(step(made.id))
    await good(sdk.deactivate_user(made.id))
    await good(sdk.activate_user(made.id, send_email=False))
    await good(sdk.reactivate_user(made.id, send_email=False))
    await good(sdk.deactivate_user(made.id))
    await good(sdk.delete_user(made.id))
    assert [each.name for each in await good(sdk.list_user_types())] == ["user"]


async def test_passwords_by_typed_calls(sdk: Any) -> None:
    made = await person(sdk)
    change = {"oldPassword": {"value": PASSWORD}, "newPassword": {"value": ANOTHER}}
    question = {"password": {"value": ANOTHER}, "recovery_question": {"question": "Who?", "answer": "Annabelle"}}

    changed = await good(sdk.change_password(made.id, ChangePasswordRequest.from_dict(change)))
    asked = await good(sdk.change_recovery_question(made.id, UserCredentials.from_dict(question)))
    reset = await good(sdk.forgot_password(made.id, send_email=False))
    again = await good(sdk.reset_password(made.id, send_email=False))
    expired = await good(sdk.expire_password(made.id))
    temporary = await good(sdk.expire_password_with_temp_password(made.id))

    assert (changed.provider.type, asked.recovery_question.question) == ("OKTA", "Who?")
    assert reset.reset_password_url
    assert again.reset_password_url
    assert expired.status == "PASSWORD_EXPIRED"
    assert temporary is not None  # the SDK reads a user, and so loses the password


async def test_groups_and_their_rules_by_typed_calls(sdk: Any) -> None:
    made = await person(sdk)
    profile = {"name": "VIP", "description": "Very important"}
    group = await good(sdk.add_group(AddGroupRequest.from_dict({"profile": profile})))
    renamed = AddGroupRequest.from_dict({"profile": {**profile, "name": "VIPs"}})
    await good(sdk.replace_group(group.id, renamed))
    await good(sdk.assign_user_to_group(group.id, made.id))
    people = await good(sdk.list_group_users(group.id))
    await good(sdk.unassign_user_from_group(group.id, made.id))
    conditions = {"expression": {"type": "urn:okta:expression:1.0", "value": 'user.firstName == "Mira"'}}
    body = {"type": "group_rule", "name": "Miras", "conditions": conditions}
    body["actions"] = {"assignUserToGroups": {"groupIds": [group.id]}}
    rule = await good(sdk.create_group_rule(CreateGroupRuleRequest.from_dict(body)))
    changed = await good(sdk.replace_group_rule(rule.id, GroupRule.from_dict({**body, "name": "More Miras"})))
    await good(sdk.activate_group_rule(rule.id))
    by_rule = await good(sdk.list_group_users(group.id))
    await good(sdk.deactivate_group_rule(rule.id))

    assert [each.id for each in people] == [each.id for each in by_rule] == [made.id]
    assert changed.name == (await good(sdk.get_group_rule(rule.id))).name == "More Miras"
    assert [each.id for each in await good(sdk.list_group_rules())] == [rule.id]
    assert [each.profile.to_dict()["name"] for each in await good(sdk.list_groups(q="VIP"))] == ["VIPs"]
    assert (await good(sdk.get_group(group.id))).profile.to_dict()["description"] == "Very important"
    await good(sdk.delete_group_rule(rule.id, remove_users=True))
    await good(sdk.delete_group(group.id))


async def test_the_schema_by_typed_calls(sdk: Any) -> None:
    schema = await good(sdk.get_user_schema("default"))
    own = {"colour": {"title": "Colour", "type": "string", "scope": "SELF"}}
    wish = {"definitions": {"custom": {"id": "#custom", "type": "object", "properties": own}}}
    changed = await good(sdk.update_user_profile("default", UserSchema.from_dict(wish)))

    assert schema.definitions.base.properties.first_name.title == "First name"
    assert changed.definitions.custom.properties["colour"].scope == "SELF"


POLICIES: dict[str, tuple[Any, dict[str, Any], Any, dict[str, Any]]] = {
    "MFA_ENROLL": (
        AuthenticatorEnrollmentPolicy,
        {
            "settings": {
                "type": "AUTHENTICATORS",
                "authenticators": [{"key": "phone_number", "enroll": {"self": "OPTIONAL"}}],
            }
        },
        AuthenticatorEnrollmentPolicyRule,
        {"type": "MFA_ENROLL", "actions": {"enroll": {"self": "LOGIN"}}},
    ),
    "OKTA_SIGN_ON": (
        OktaSignOnPolicy,
        {},
        OktaSignOnPolicyRule,
        {"type": "SIGN_ON", "actions": {"signon": {"access": "ALLOW", "requireFactor": False}}},
    ),
    "PASSWORD": (
        PasswordPolicy,
        {"settings": {"password": {"complexity": {"minLength": 10}}}},
        PasswordPolicyRule,
        {"type": "PASSWORD", "actions": {"passwordChange": {"access": "ALLOW"}}},
    ),
    "ACCESS_POLICY": (
        AccessPolicy,
        {},
        AccessPolicyRule,
        {"type": "ACCESS_POLICY", "actions": {"appSignOn": {"access": "ALLOW"}}, "priority": 1},
    ),
}


@pytest.mark.parametrize("kind", POLICIES)
async def test_policies_and_their_rules_by_typed_calls(door: Door, sdk: Any, kind: str) -> None:
    of_policy, more, of_rule, rule_body = POLICIES[kind]
    if door.okta.org.is_classic and kind in ("ACCESS_POLICY", "MFA_ENROLL"):  # the SDK's model has no Classic factors
        _, _, error = await sdk.create_policy(of_policy.from_dict({"type": kind, "name": "Ours", **more}))
        assert error.error_code == "E0000001"
        return
    body = {"type": kind, "name": "Ours", "description": "For us", **more}
    policy = await good(sdk.create_policy(of_policy.from_dict(body)))
    changed = await good(sdk.replace_policy(policy.id, of_policy.from_dict({**body, "name": "Theirs"})))
    rule = await good(sdk.create_policy_rule(policy.id, of_rule.from_dict({"name": "All", **rule_body})))
    after = of_rule.from_dict({"name": "Everybody", **rule_body})
    renamed = await good(sdk.replace_policy_rule(policy.id, rule.id, after))

    assert isinstance(await good(sdk.get_policy(policy.id)), of_policy)
    assert (changed.name, renamed.name) == ("Theirs", "Everybody")
    assert policy.id in [each.id for each in await good(sdk.list_policies(type=kind))]
    assert rule.id in [each.id for each in await good(sdk.list_policy_rules(policy.id))]
    assert isinstance(await good(sdk.get_policy_rule(policy.id, rule.id)), of_rule)
    for step in (sdk.deactivate_policy_rule, sdk.activate_policy_rule, sdk.delete_policy_rule):
        await good(step(policy.id, rule.id))
    for step in (sdk.deactivate_policy, sdk.activate_policy, sdk.delete_policy):
        await good(step(policy.id))


async def test_authenticators_by_typed_calls(door: Door, sdk: Any) -> None:
    if door.okta.org.is_classic:
        _, _, error = await sdk.list_authenticators()
        assert error.error_code == "E0000015"
        return
    *own, default = await good(sdk.list_policies(type="MFA_ENROLL"))
    found = {each.key: each for each in await good(sdk.list_authenticators())}
    phone = found["phone_number"]
    methods = await good(sdk.list_authenticator_methods(phone.id))
    one = await good(sdk.get_authenticator_method(phone.id, "sms"))
    off = await good(sdk.deactivate_authenticator_method(phone.id, "voice"))
    on = await good(sdk.activate_authenticator_method(phone.id, "voice"))
    _, _, error = await sdk.deactivate_authenticator(phone.id)

    assert [each.type for each in methods] == ["sms", "voice"]
    assert (one.type, off.status, on.status) == ("sms", "INACTIVE", "ACTIVE")
    assert error.error_code == "E0000148"
    replaced = await good(sdk.replace_authenticator(phone.id, await good(sdk.get_authenticator(phone.id))))
    assert (replaced.name, default.system, len(own)) == ("Phone", True, 1)
    assert (await good(sdk.activate_authenticator(phone.id))).status == "ACTIVE"


async def test_factors_by_typed_calls(sdk: Any) -> None:
    made = await person(sdk)
    sms = {"factorType": "sms", "provider": "OKTA", "profile": {"phoneNumber": "+13055550182"}}
    profile = {"question": "disliked_food", "answer": "Liver and onions"}
    question = {"factorType": "question", "provider": "OKTA", "profile": profile}

    enrolled = await good(sdk.enroll_factor(made.id, UserFactorSMS.from_dict(sms), activate=True))
    asked = await good(sdk.enroll_factor(made.id, UserFactorSecurityQuestion.from_dict(question)))

    assert (enrolled.status, asked.profile.question) == ("ACTIVE", "disliked_food")
    assert {each.id for each in await good(sdk.list_factors(made.id))} >= {enrolled.id, asked.id}
    assert (await good(sdk.get_factor(made.id, enrolled.id))).profile.phone_number == "+13055550182"
    assert await good(sdk.list_supported_factors(made.id))
    assert await good(sdk.list_supported_security_questions(made.id))
    await good(sdk.unenroll_factor(made.id, enrolled.id))


async def test_sessions_templates_and_the_log_by_typed_calls(door: Door, sdk: Any) -> None:
    await person(sdk)
    sign_in = {"username": "mira@ivr.example", "password": PASSWORD}
    token = (await door.post("/api/v1/authn", sign_in)).body["sessionToken"]
    session = (await door.post("/api/v1/sessions", {"sessionToken": token})).body
    read = await good(sdk.get_session(session["id"]))
    refreshed = await good(sdk.refresh_session(session["id"]))
    template = SmsTemplate.from_dict({"name": "Ours", "type": "SMS_VERIFY_CODE", "template": "It is ${code}"})
    kept = await good(sdk.create_sms_template(template))
    events = await good(sdk.list_log_events(filter='eventType eq "user.session.start"'))

    assert (read.login, refreshed.id) == ("mira@ivr.example", session["id"])
    assert [each.name for each in await good(sdk.list_sms_templates())] == ["Ours"]
    assert [each.actor.alternate_id for each in events] == ["mira@ivr.example"]
    await good(sdk.revoke_session(session["id"]))
    await good(sdk.delete_sms_template(kept.id))
