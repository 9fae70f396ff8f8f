"""The official SDK's typed methods and models read what the fake answers; where the SDK is wrong, it fails as on Okta.

Only the API classes needed are loaded: the SDK's whole client takes seconds to import.
"""

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from okta.api.authenticator_api import AuthenticatorApi
from okta.api.group_api import GroupApi
from okta.api.org_setting_metadata_api import OrgSettingMetadataApi
from okta.api.policy_api import PolicyApi
from okta.api.schema_api import SchemaApi
from okta.api.user_api import UserApi
from okta.api.user_factor_api import UserFactorApi
from okta.api.user_lifecycle_api import UserLifecycleApi
from okta.api_client import ApiClient
from okta.cache.no_op_cache import NoOpCache
from okta.models.add_group_request import AddGroupRequest
from okta.models.authenticator_enrollment_policy import AuthenticatorEnrollmentPolicy
from okta.models.create_user_request import CreateUserRequest
from okta.models.update_user_request import UpdateUserRequest
from okta.models.user_factor_sms import UserFactorSMS
from okta.models.user_schema import UserSchema
from okta.pagination import PaginationHelper
from okta.request_executor import RequestExecutor
from pydantic import ValidationError

from fakes.people import GROUP, JANE, JON, LEA, MAX
from tests.fakes.door import Door

APIS = (
    UserApi,
    UserFactorApi,
    UserLifecycleApi,
    GroupApi,
    SchemaApi,
    PolicyApi,
    AuthenticatorApi,
    OrgSettingMetadataApi,
)


def sdk_at(door: Door, *, apis: tuple[Any, ...] = APIS, **client: Any) -> Any:
    """What `okta.client.Client` is, with fewer APIs and without its refusal of plain http. The SDK is not typed."""
    config = {
        "client": {
            "orgUrl": door.base,
            "authorizationMode": "SSWS",
            "token": door.token,
            "rateLimit": {"maxRetries": 0},
            **client,
        }
    }
    sdk: Any = object.__new__(type("Sdk", apis, {}))
    ApiClient.__init__(sdk, configuration=config)
    sdk._request_executor = RequestExecutor(config, NoOpCache())
    sdk._request_executor.set_session(door.session)
    return sdk


@pytest.fixture
def sdk(door: Door) -> Any:
    return sdk_at(door)


async def test_users_are_found_with_their_custom_attributes(sdk: Any) -> None:
    found, _, error = await sdk.list_users(search=f'profile.ivrPhone eq "{JANE.phone}"')
    one, _, _ = await sdk.get_user(JANE.login)

    assert error is None
    assert [user.id for user in found] == [JANE.id]
    assert found[0].profile.additional_properties["ivrPhone"] == JANE.phone
    assert one.id == JANE.id
    assert one.to_dict()["profile"]["ivrFactorPreference"] == "sms"


async def test_an_unknown_user_is_the_sdk_s_error(sdk: Any) -> None:
    user, response, error = await sdk.get_user("nobody")

    assert user is None
    assert (response.status, error.error_code) == (404, "E0000007")
    assert error.error_summary == "Not found: Resource not found: nobody (User)"


async def test_a_user_is_made_changed_locked_out_of_and_deleted(sdk: Any) -> None:
    profile = {
        "login": "mira@ivr.example",
        "email": "mira@ivr.example",
        "firstName": "Mira",
        "lastName": "Holt",
        "ivrPhone": "+15550100123",
    }
    credentials = {"password": {"value": "Corr3ct-horse"}}
    request = CreateUserRequest.from_dict({"profile": profile, "credentials": credentials})
    made, _, error = await sdk.create_user(request, activate=True)
    change = UpdateUserRequest.from_dict({"profile": {"ivrFactorPreference": "push"}})
    changed, _, _ = await sdk.update_user(made.id, change)
    for step in (sdk.deactivate_user, sdk.delete_user):
        _, _, problem = await step(made.id)
        assert problem is None
    gone, _, _ = await sdk.get_user(made.id)

    assert (error, made.status) == (None, "ACTIVE")
    assert changed.profile.additional_properties == {"ivrPhone": "+15550100123", "ivrFactorPreference": "push"}
    assert gone is None


async def test_a_locked_user_is_unlocked_and_factors_are_reset(sdk: Any) -> None:
    await sdk.unlock_user(LEA.id)
    await sdk.reset_factors(LEA.id)

    user, _, _ = await sdk.get_user(LEA.id)
    found, _, _ = await sdk.list_factors(LEA.id)
    assert (user.status, found) == ("ACTIVE", [])


async def test_active_factors_are_read_by_the_typed_list(sdk: Any) -> None:
    found, _, error = await sdk.list_factors(JANE.id)

    assert error is None
    assert [(each.factor_type, each.status) for each in found] == [("sms", "ACTIVE"), ("push", "ACTIVE")]


async def test_paging_works_with_the_sdk_s_own_helper(sdk: Any) -> None:
    search = 'profile.lastName eq "Ivr"'
    first, response, _ = await sdk.list_users(search=search, limit=1)
    cursor = PaginationHelper.extract_next_cursor(response.headers)
    second, response, _ = await sdk.list_users(search=search, limit=1, after=cursor)

    assert [user.id for user in (*first, *second)] == [JANE.id, JON.id]
    assert PaginationHelper.extract_next_cursor(response.headers) is None


async def test_groups_are_read_made_and_filled(sdk: Any) -> None:
    listed, _, _ = await sdk.list_groups(q=GROUP)
    made, _, error = await sdk.add_group(AddGroupRequest.from_dict({"profile": {"name": "Callers"}}))
    _, _, problem = await sdk.assign_user_to_group(made.id, JANE.id)

    assert [group.profile.actual_instance.name for group in listed] == [GROUP]
    assert (error, problem) == (None, None)


async def test_policies_are_read_and_made(idx_door: Door) -> None:
    sdk = sdk_at(idx_door)
    body = {
        "type": "MFA_ENROLL",
        "name": "Mine",
        "settings": {
            "type": "AUTHENTICATORS",
            "authenticators": [{"key": "phone_number", "enroll": {"self": "REQUIRED"}}],
        },
    }
    made, _, error = await sdk.create_policy(AuthenticatorEnrollmentPolicy.from_dict(body), activate=True)
    listed, _, _ = await sdk.list_policies(type="MFA_ENROLL")

    assert error is None
    assert made.name == "Mine"
    assert [policy.name for policy in listed] == [f"{GROUP} Factor Policy", "Mine", "Default Policy"]


async def test_authenticators_and_the_pipeline_are_read(idx_door: Door) -> None:
    sdk = sdk_at(idx_door)
    found, _, error = await sdk.list_authenticators()
    about, _, _ = await sdk.get_wellknown_org_metadata()
    phone = next(
        each.actual_instance if hasattr(each, "actual_instance") else each for each in found if "phone" in str(each)
    )
    _, _, problem = await sdk.activate_authenticator_method(phone.id, "sms")

    assert (error, problem) == (None, None)
    assert about.pipeline == "idx"


async def test_the_sdk_sends_the_code_and_then_cannot_read_the_challenge(door: Door, sdk: Any) -> None:
    """A real fault of the SDK: `profile` of a challenge is typed as a dictionary of dictionaries."""
    factor = (await door.factor_path(JANE.id, "sms")).rpartition("/")[2]

    with pytest.raises(ValidationError):
        await sdk.verify_factor(JANE.id, factor)

    assert len(door.okta.texts(JANE.phone)) == 1


async def test_the_sdk_changes_the_schema_and_reads_it(door: Door, sdk: Any) -> None:
    custom = {"properties": {"colour": {"title": "Colour", "type": "string"}}}
    changed, _, error = await sdk.update_user_profile(
        "default", UserSchema.from_dict({"definitions": {"custom": custom}})
    )

    assert error is None
    assert "colour" in changed.definitions.custom.properties
    assert "colour" in door.okta.org.tables.attributes


async def test_the_sdk_enrols_a_number_at_once_and_unenrols_it(door: Door, sdk: Any) -> None:
    body = UserFactorSMS.from_dict({"factorType": "sms", "provider": "OKTA", "profile": {"phoneNumber": MAX.phone}})
    enrolled, _, error = await sdk.enroll_factor(MAX.id, body, activate=True)
    _, _, problem = await sdk.unenroll_factor(MAX.id, enrolled.id)

    assert (error, problem) == (None, None)
    assert enrolled.status == "ACTIVE"
    assert (await door.get(f"/api/v1/users/{MAX.id}/factors")).body == []


async def test_the_sdk_signs_in_as_a_service_app(door: Door, private_key: rsa.RSAPrivateKey) -> None:
    """Its assertion carries the machine's time, which the org's clock is set to: there is no other way in."""
    public = {**RSAAlgorithm.to_jwk(private_key.public_key(), as_dict=True), "kid": "one"}
    door.okta.add_service_app("0oafakeApp", [public], ["okta.users.read"])
    pem = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()
    sdk = sdk_at(
        door,
        authorizationMode="PrivateKey",
        clientId="0oafakeApp",
        scopes=["okta.users.read"],
        privateKey=pem,
        kid="one",
        oauthTokenRenewalOffset=1,
    )
    assertion = sdk._request_executor._oauth.get_JWT()
    door.clock.at = jwt.decode(assertion, options={"verify_signature": False})["iat"]

    user, _, error = await sdk.get_user(JANE.id)
    *_, refused = await sdk.deactivate_user(JANE.id)  # two values on an error, three on success

    assert error is None
    assert user.id == JANE.id
    assert (refused.status, refused.error_code) == (403, "E0000006")
