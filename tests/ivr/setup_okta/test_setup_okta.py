"""`ivr setup okta` as a user types it, on an empty fake org of either engine: plan, apply, again, undo."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakes.okta import factors, groups, policies, schema, users
from fakes.okta.policies import MFA_ENROLL, OKTA_SIGN_ON
from fakes.okta.records import Settings
from tests.ivr.setup_okta.conftest import EMAIL, PASSWORD, PHONE, WHO, Office, Open

ENGINES = pytest.mark.parametrize("pipeline", ["v1", "idx"])
GROUP = "Autobot IVR"
BY_CODE = ("--totp", "--preference", "totp")
READ_ONLY = [{"principal": "SELF", "action": "READ_ONLY"}]


def caller(office: Office) -> Any:
    return users.find(office.okta.org, EMAIL)


def factor_types(office: Office) -> set[tuple[str, str]]:
    return {(each.type, each.status) for each in factors.of_user(office.okta.org, caller(office))}


@ENGINES
def test_an_empty_org_is_made_ready_and_a_second_run_plans_nothing(open_office: Open, pipeline: str) -> None:
    office = open_office(pipeline=pipeline)

    result = office.run(*WHO, "--yes")

    assert result.exit_code == 0
    assert "the org is ready" in result.stdout
    ready = office.state()
    again = office.run(*WHO, "--yes")
    assert again.exit_code == 0
    assert "nothing to do" in again.stdout
    assert office.plan() == []
    assert office.state() == ready


@ENGINES
def test_undo_leaves_the_org_as_it_was_byte_for_byte(open_office: Open, pipeline: str) -> None:
    office = open_office(pipeline=pipeline)
    before = office.state()
    office.run(*WHO, "--voice", "--totp", "--yes")
    assert office.state() != before

    result = office.run("--undo", "--yes")

    assert result.exit_code == 0
    assert office.state() == before
    assert not office.record.exists()


@ENGINES
def test_what_the_line_needs_is_there_afterwards(open_office: Open, pipeline: str) -> None:
    office = open_office(pipeline=pipeline)

    office.run(*WHO, "--preference", "push", "--sms-phone", "+17735550000", "--first-name", "Mira", "--yes")

    org, user = office.okta.org, caller(office)
    assert user.status == "ACTIVE"
    assert user.profile["ivrPhone"] == PHONE
    assert user.profile["ivrFactorPreference"] == "push"
    assert user.profile["firstName"] == "Mira"
    assert {("sms", "ACTIVE"), ("push", "ACTIVE")} <= factor_types(office)
    sms = next(each for each in factors.of_user(org, user) if each.type == "sms")
    assert sms.profile["phoneNumber"] == "+17735550000"
    assert [group.name for group in groups.of_user(org, user)] == ["Everyone", GROUP]
    assert policies.policy_for(org, MFA_ENROLL, user).name == f"{GROUP} Factor Policy"
    assert {"sms", "push"} <= policies.allowed_factors(org, user)
    signon = policies.sign_on_actions(org, user)
    assert signon["access"] == ("CHALLENGE" if pipeline == "v1" else "ALLOW")
    assert signon.get("primaryFactor") == (None if pipeline == "v1" else "PASSWORD_IDP_ANY_FACTOR")
    rights = {name: body["permissions"] for name, body in org.tables.attributes.items()}
    assert rights == dict.fromkeys(("ivrPhone", "ivrFactorPreference"), READ_ONLY)
    assert office.okta.texts("+17735550000") == [], "nothing is sent"


def test_a_user_set_up_on_classic_can_sign_in_with_a_text_alone(office: Office) -> None:
    office.run(*WHO, "--yes")

    signon = policies.sign_on_actions(office.okta.org, caller(office))

    assert signon["challenge"]["chain"][0] == {"criteria": [{"factorType": "sms", "provider": "OKTA"}]}


@ENGINES
def test_a_dry_run_changes_nothing(open_office: Open, pipeline: str) -> None:
    office = open_office(pipeline=pipeline)
    before = office.state()

    result = office.run(*WHO, "--dry-run")

    assert result.exit_code == 0
    assert "nothing was changed" in result.stdout
    assert office.state() == before
    assert not office.record.exists()


def test_the_usual_plan_fits_eighty_columns(office: Office) -> None:
    shown = office.run(*WHO, "--dry-run").stdout

    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "create  sms factor" in shown


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_anything_but_a_yes_changes_nothing(office: Office, typed: str) -> None:
    before = office.state()

    result = office.run(*WHO, typed=typed)

    assert result.exit_code == 1
    assert "Nothing was changed." in result.stderr
    assert office.state() == before


def test_it_asks_and_does_it_on_yes(office: Office) -> None:
    result = office.run(*WHO, typed="y\n")

    assert result.exit_code == 0
    assert "Do it? [y/N]" in result.stdout
    assert "done: sms factor" in result.stdout


def test_undo_shows_and_asks_too(office: Office) -> None:
    office.run(*WHO, "--yes")
    ready = office.state()

    shown = office.run("--undo", "--dry-run")
    refused = office.run("--undo", typed="n\n")

    assert shown.stdout.splitlines()[1].startswith("remove")
    assert f"user {EMAIL}" in shown.stdout
    assert "Nothing was changed." in refused.stderr
    assert office.state() == ready
    assert office.run("--undo", typed="y\n").exit_code == 0
    assert EMAIL not in office.state()


def test_json_tells_the_plan_and_whether_it_was_applied(office: Office) -> None:
    planned = json.loads(office.run(*WHO, "--dry-run", "--json").stdout)
    applied = json.loads(office.run(*WHO, "--yes", "--json").stdout)
    undone = json.loads(office.run("--undo", "--yes", "--json").stdout)

    assert planned["applied"] is False
    assert {"action": "create", "kind": "group", "what": GROUP, "detail": ""} in planned["plan"]
    assert applied["applied"] is True
    assert "scan" not in applied
    assert undone["undo"][-1] == {"action": "remove", "part": "attribute ivrPhone"}


def test_the_user_can_come_from_the_settings(office: Office) -> None:
    result = office.run("--yes", IVR_TEST_USER_EMAIL=EMAIL, IVR_TEST_USER_PHONE=PHONE)

    assert result.exit_code == 0
    assert caller(office).profile["ivrPhone"] == PHONE


def test_the_org_can_be_set_up_without_a_user(office: Office) -> None:
    assert office.run("--no-user", "--yes").exit_code == 0

    assert office.okta.org.tables.users == {}
    assert "nothing to do" in office.run("--no-user", "--yes").stdout


def test_voice_and_totp_are_added_when_asked_for(open_office: Open) -> None:
    office = open_office(pipeline="v1")

    office.run(*WHO, "--voice", "--totp", "--preference", "call", "--yes")

    assert ("call", "ACTIVE") in factor_types(office)
    assert {"call", "token:software:totp"} <= policies.allowed_factors(office.okta.org, caller(office))


@ENGINES
def test_who_prefers_the_code_of_the_app_gets_it_and_a_second_run_plans_nothing(
    open_office: Open, pipeline: str
) -> None:
    office = open_office(pipeline=pipeline)
    before = office.state()

    result = office.run(*WHO, *BY_CODE, "--yes", typed=office.shown_code())

    assert result.exit_code == 0, result.output
    assert caller(office).profile["ivrFactorPreference"] == "totp"
    assert {("push", "ACTIVE"), ("token:software:totp", "ACTIVE")} <= factor_types(office)
    assert "token:software:totp" in policies.allowed_factors(office.okta.org, caller(office))
    assert office.plan(*BY_CODE) == []
    again = office.run(*WHO, *BY_CODE)
    assert again.exit_code == 0
    assert "nothing to do" in again.stdout
    assert office.run("--undo", "--yes").exit_code == 0
    assert office.state() == before


def test_on_classic_the_app_s_code_is_asked_for_and_on_identity_engine_it_comes_with_the_push(
    open_office: Open,
) -> None:
    classic = open_office().run(*WHO, *BY_CODE, "--dry-run").stdout
    identity = open_office(pipeline="idx").run(*WHO, *BY_CODE, "--dry-run").stdout

    assert "needs the app's code" in classic
    assert max(len(line) for line in classic.splitlines()) <= 80
    assert "comes with Okta Verify" in identity


def test_an_app_s_code_that_a_scan_brought_along_is_not_enrolled_again(office: Office) -> None:
    """Whether a scan does so on Classic is in no document, so either must do."""
    office.run(*WHO, "--totp", "--yes")
    factors.add(office.okta.org, caller(office), "token:software:totp", {}, secret="GEZDGNBVGY3TQOJQ")

    assert [(row["kind"], row["detail"]) for row in office.plan(*BY_CODE)] == [
        ("user", "ivrFactorPreference sms -> totp")
    ]


def test_a_sign_in_on_classic_may_begin_with_the_app_s_code(office: Office) -> None:
    office.run(*WHO, "--yes")
    (row,) = [row for row in office.plan(*BY_CODE) if row["kind"] == "sign-on rule"]
    office.run(*WHO, *BY_CODE, "--yes", typed=office.shown_code())

    chain = policies.sign_on_actions(office.okta.org, caller(office))["challenge"]["chain"]

    assert row["detail"] == "chains without token:software:totp -> with"
    assert {"criteria": [{"factorType": "token:software:totp", "provider": "OKTA"}]} in chain


def test_the_user_s_password_is_nowhere_but_in_okta(office: Office) -> None:
    result = office.run(*WHO, "--yes")

    assert caller(office).password == PASSWORD
    assert PASSWORD not in result.output + office.record.read_text() + office.state()


def test_an_org_s_own_things_stay_and_what_differed_comes_back(office: Office) -> None:
    org = office.okta.org
    schema.set_attributes(
        org,
        {
            "tier": {"type": "string"},
            "ivrPhone": {
                "title": "Phone",
                "type": "string",
                "required": False,
                "maxLength": 12,
                "permissions": [{"principal": "SELF", "action": "READ_WRITE"}],
            },
            "ivrFactorPreference": {
                "type": "string",
                "required": False,
                "enum": ["fax", "sms"],
                "oneOf": [{"const": "fax", "title": "Fax"}, {"const": "sms", "title": "Text"}],
            },
        },
    )
    group = groups.create(org, GROUP, "Ours")
    profile = {"login": EMAIL, "email": EMAIL, "firstName": "Old", "lastName": "Hand", "ivrPhone": "+15550100123"}
    user = users.create(org, profile, password="Demo-Pass-2026")
    settings = {
        "factors": {"okta_sms": {"enroll": {"self": "NOT_ALLOWED"}}, "okta_email": {"enroll": {"self": "OPTIONAL"}}}
    }
    policy = policies.create(
        org, {"type": MFA_ENROLL, "name": f"{GROUP} Factor Policy", "settings": settings}, activate=False
    )
    policies.create_rule(org, policy, {"name": f"{GROUP} Rule", "actions": {"enroll": {"self": "NEVER"}}})
    policies.create(org, {"type": OKTA_SIGN_ON, "name": "Other"})
    before = office.state()

    shown = {(row["kind"], row["what"]): row for row in office.plan()}
    assert shown["attribute", "ivrPhone"]["detail"] == "users may change their own -> only read; 12 characters -> 20"
    assert shown["attribute", "ivrFactorPreference"]["detail"] == "values fax, sms -> also push, call, totp"
    assert shown["user", EMAIL]["detail"] == (f"ivrPhone +15550100123 -> {PHONE}; ivrFactorPreference (none) -> sms")
    enrolment = shown["enrolment policy", f"{GROUP} Factor Policy"]
    assert enrolment["action"] == "change"
    assert "okta_sms NOT_ALLOWED -> REQUIRED" in enrolment["detail"]
    assert "INACTIVE -> ACTIVE" in enrolment["detail"]
    assert ("group", GROUP) not in shown

    assert office.run(*WHO, "--yes").exit_code == 0
    assert office.plan() == []
    assert users.find(org, user.id).profile["firstName"] == "Old"
    assert user.id in org.tables.groups[group.id].members
    assert org.tables.policies[policy.id].settings["factors"]["okta_email"] == {"enroll": {"self": "OPTIONAL"}}  # type: ignore[index]

    assert office.run("--undo", "--yes").exit_code == 0
    assert office.state() == before


def test_a_number_that_changes_is_enrolled_anew_and_comes_back(office: Office) -> None:
    office.run("--no-user", "--yes")
    org = office.okta.org
    user = users.create(
        org, {"login": EMAIL, "email": EMAIL, "firstName": "Old", "lastName": "Hand"}, password="Demo-Pass-2026"
    )
    factors.add(org, user, "sms", {"phoneNumber": "+15550100123"})

    office.run(*WHO, "--yes")
    changed = {each.profile.get("phoneNumber") for each in factors.of_user(org, user)}
    office.run("--undo", "--yes")

    assert PHONE in changed
    assert [each.profile["phoneNumber"] for each in factors.of_user(org, user)] == ["+15550100123"]


def test_another_user_set_up_later_goes_with_the_same_undo(office: Office) -> None:
    before = office.state()
    office.run(*WHO, "--yes")
    office.scans = False
    office.run("--email", "second@example.com", "--phone", "+17735550001", "--no-push", "--yes")
    office.run("--email", "second@example.com", "--phone", "+17735550002", "--no-push", "--yes")

    assert office.run("--undo", "--yes").exit_code == 0
    assert office.state() == before


def test_what_somebody_removed_meanwhile_counts_as_undone(office: Office) -> None:
    before = office.state()
    office.run(*WHO, "--yes")
    org = office.okta.org
    users.delete(org, caller(office))
    users.delete(org, caller(office))
    policies.delete(org, policies.of_type(org, OKTA_SIGN_ON)[0])

    assert office.run("--undo", "--yes").exit_code == 0
    assert office.state() == before


def test_an_authenticator_that_was_never_added_is_added_and_stays_on(open_office: Open) -> None:
    office = open_office(pipeline="idx")
    office.okta.org.tables.switches["phone_number"] = "ABSENT"

    (row,) = [row for row in office.plan() if row["what"] == "Phone"]
    office.run(*WHO, "--yes")

    assert (row["action"], row["detail"]) == ("create", "undo can only deactivate it")
    assert office.okta.org.tables.switches["phone_number"] == "ACTIVE"
    undone = office.run("--undo", "--yes")
    assert (undone.exit_code, office.okta.org.tables.switches["phone_number"]) == (0, "ACTIVE")
    assert "left on, for Okta's default policy uses it: authenticator Phone" in undone.stdout


def test_an_org_without_factor_sequencing_is_told_what_to_do(open_office: Open) -> None:
    office = open_office(settings=Settings(factor_sequencing=False))
    before = office.state()

    refused = office.run(*WHO, "--yes")
    assert refused.exit_code == 1
    assert "PASSWORDLESS_AUTHN_SIGNON_POLICY is off" in refused.stderr
    assert "--no-sign-on" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1

    assert office.run(*WHO, "--no-sign-on", "--yes").exit_code == 0
    assert office.plan("--no-sign-on") == []
    office.run("--undo", "--yes")
    assert office.state() == before
