"""`ivr setup okta --direct`: the app, its group and its policy; the line proves callers with what it prints."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from fakes.okta import direct, groups, users
from tests.ivr.setup_okta.conftest import EMAIL, WHO, FailingSession, Open

ORG_ALONE = ("--no-user", "--no-sign-on", "--direct", "--yes")


def test_the_app_is_made_once_and_its_secret_is_printed_once(open_office: Open) -> None:
    office = open_office(pipeline="idx")

    made = office.run(*ORG_ALONE)

    assert made.exit_code == 0, made.output
    (app,) = office.okta.org.tables.sign_in_apps.values()
    assert f"OKTA_DIRECT_CLIENT_ID={app.client_id}" in made.stdout
    assert f"OKTA_DIRECT_CLIENT_SECRET={app.secret}" in made.stdout
    assert app.secret not in office.record.read_text()
    again = office.run(*ORG_ALONE)
    assert "nothing to do" in again.stdout
    assert app.secret not in again.output


def test_undo_takes_app_and_policy_away(open_office: Open) -> None:
    office = open_office(pipeline="idx")
    before = office.state()
    office.run(*WHO, "--direct", "--yes")

    assert office.run("--undo", "--yes").exit_code == 0

    assert office.state() == before
    assert not office.okta.org.tables.sign_in_apps


def test_json_has_the_settings(open_office: Open) -> None:
    office = open_office(pipeline="idx")

    report = json.loads(office.run(*ORG_ALONE, "--json").stdout)

    assert report["settings"]["OKTA_MFA_API"] == "direct"
    assert {row["kind"] for row in report["plan"]} >= {
        "app",
        "app group",
        "app policy",
        "app rule",
        "policy of the app",
    }


def test_one_factor_suffices_for_members_of_the_group(open_office: Open) -> None:
    office = open_office(pipeline="idx")
    office.run(*WHO, "--direct", "--yes")
    org = office.okta.org
    (app,) = org.tables.sign_in_apps.values()
    user = users.find(org, EMAIL)

    text = {"login_hint": EMAIL, "challenge_hint": direct.OOB, "channel_hint": "sms"}
    code = str(direct.begin(org, app, text)["oob_code"])
    proof = {"grant_type": direct.OOB, "oob_code": code, "scope": "openid"}
    sent = office.okta.texts(user.profile["ivrPhone"])[-1].code
    assert "id_token" in direct.grant(org, app, {**proof, "binding_code": sent}, "https://org.example")

    groups.leave(org, next(iter(app.groups)), user)
    with pytest.raises(Exception, match="not assigned"):
        direct.begin(org, app, text)


def test_an_app_with_fewer_grants_gets_the_others_and_undo_takes_them_back(open_office: Open) -> None:
    office = open_office(pipeline="idx")
    office.run(*ORG_ALONE)
    office.record.unlink()
    tables = office.okta.org.tables
    ((app_id, app),) = tables.sign_in_apps.items()
    fewer = {**app.settings, "grant_types": ["authorization_code"]}
    tables.sign_in_apps[app_id] = replace(app, settings=fewer, grants=frozenset())

    changed = office.run(*ORG_ALONE)

    assert "grants more" in changed.stdout
    assert tables.sign_in_apps[app_id].grants == app.grants
    office.run("--undo", "--yes")
    assert tables.sign_in_apps[app_id].grants == frozenset()


def test_classic_engine_has_no_direct_authentication(open_office: Open) -> None:
    refused = open_office(pipeline="v1").run(*ORG_ALONE)

    assert refused.exit_code == 1
    assert "--direct needs Identity Engine" in refused.output


@pytest.mark.parametrize("at", range(1, 6))
def test_what_was_lost_on_the_way_is_undone(open_office: Open, at: int) -> None:
    """The answer to one of the app's five requests is lost; undo takes away what Okta did all the same."""
    office = open_office(pipeline="idx")
    before = office.state()
    office.session = FailingSession(office.direct)
    office.run("--no-user", "--no-sign-on", "--yes")  # the others first
    office.session = FailingSession(office.direct, at=at, answer_lost=True)

    office.run(*ORG_ALONE)
    assert len(office.session.changes) == at
    office.session = None
    assert office.run("--undo", "--yes").exit_code == 0

    assert office.state() == before
    assert not office.okta.org.tables.sign_in_apps
