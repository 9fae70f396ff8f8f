"""`ivr setup okta` when things go wrong: one sentence with the remedy, and always a way on or back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from fakes.okta import groups, users
from fakes.okta.records import Settings
from ivr.setup.okta.plan import POLL_EVERY
from tests.ivr.setup_okta.conftest import EMAIL, PHONE, WHO, FailingSession, Office, Open
from tests.ivr.stand_ins import Canned, CannedSession

OTHER = "other@example.com"
BY_CODE = ("--totp", "--preference", "totp")
WRONG_TOKEN = "00wrongTokenWrongTokenWrongTokenWrong00000"


def changes_of(office: Office, *words: str) -> int:
    """How many changing requests a whole run takes."""
    office.session = FailingSession(office.direct)
    assert office.run(*words, "--yes", typed=office.shown_code()).exit_code == 0
    return len(office.session.changes)


def is_one_sentence(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and text.strip().endswith(".")


ENDS = pytest.mark.parametrize(
    ("pipeline", "answer_lost"),
    [("v1", False), ("v1", True), ("idx", True)],
    ids=["classic-refused", "classic-answer-lost", "identity-engine-answer-lost"],
)


@ENDS
def test_a_set_up_that_stops_at_any_step_can_go_on_or_be_undone(
    open_office: Open, pipeline: str, answer_lost: bool
) -> None:
    """For every k of n: the k-th change fails, before or after Okta made it; another run completes, undo removes."""
    office = open_office(pipeline=pipeline)
    start, before = office.okta.snapshot(), office.state()
    steps = changes_of(office, *WHO)
    assert steps == {"v1": 13, "idx": 13}[pipeline]
    for at in range(1, steps + 1):
        office.okta.restore(start)
        office.record.unlink(missing_ok=True)
        office.session = FailingSession(office.direct, at, answer_lost)
        stopped = office.run(*WHO, "--yes")
        assert stopped.exit_code == 1
        assert is_one_sentence(stopped.stderr)
        assert "cannot be reached (TimeoutError)" in stopped.stderr
        half, record = office.okta.snapshot(), office.record.read_text()

        office.session = None
        assert office.run("--undo", "--yes").exit_code == 0
        assert office.state() == before, f"undone after step {at}"

        office.okta.restore(half)
        office.record.write_text(record)
        assert office.run(*WHO, "--yes").exit_code == 0, f"goes on after step {at}"
        assert office.run("--undo", "--yes").exit_code == 0
        assert office.state() == before, f"went on and undone after step {at}"


@pytest.mark.parametrize("answer_lost", [False, True])
def test_the_app_s_code_that_stops_at_either_step_can_go_on_or_be_undone(office: Office, answer_lost: bool) -> None:
    """The same for what a caller who prefers the app's code takes more: the enrolment and its activation."""
    before = office.state()
    office.run(*WHO, "--totp", "--yes")
    ready, done = office.okta.snapshot(), office.record.read_text()
    office.session = FailingSession(office.direct)
    office.run(*WHO, *BY_CODE, "--yes", typed=office.shown_code())
    kinds = [change.rsplit("/", 2)[-1] for change in office.session.changes]
    for at in range(kinds.index("factors") + 1, len(kinds) + 1):
        office.okta.restore(ready)
        office.record.write_text(done)
        office.session = FailingSession(office.direct, at, answer_lost)
        assert office.run(*WHO, *BY_CODE, "--yes", typed=office.shown_code()).exit_code == 1
        half, record = office.okta.snapshot(), office.record.read_text()

        office.session = None
        assert office.run("--undo", "--yes").exit_code == 0
        assert office.state() == before, f"undone after step {at}"

        office.okta.restore(half)
        office.record.write_text(record)
        office.clock.at += 300
        assert office.run(*WHO, *BY_CODE, "--yes", typed=office.shown_code()).exit_code == 0, f"goes on after {at}"
        assert office.plan(*BY_CODE) == []
        assert office.run("--undo", "--yes").exit_code == 0
        assert office.state() == before, f"went on and undone after step {at}"


@ENDS
def test_an_undo_that_stops_at_any_step_goes_on(open_office: Open, pipeline: str, answer_lost: bool) -> None:
    office = open_office(pipeline=pipeline)
    before = office.state()
    office.run(*WHO, "--yes")
    ready, record = office.okta.snapshot(), office.record.read_text()
    steps = changes_of(office, "--undo")
    for at in range(1, steps + 1):
        office.okta.restore(ready)
        office.record.write_text(record)
        office.session = FailingSession(office.direct, at, answer_lost)
        assert office.run("--undo", "--yes").exit_code == 1

        office.session = None
        assert office.run("--undo", "--yes").exit_code == 0
        assert office.state() == before, f"undone after step {at}"


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("POST /api/v1/meta/schemas/user/default", "change the user profile's attributes (E0000006): its owner needs "),
        ("POST /api/v1/org/factors/*", "okta.factors.manage"),
        ("POST /api/v1/groups", "okta.groups.manage"),
        ("POST /api/v1/users", "okta.users.manage"),
        ("PUT /api/v1/groups/*", "okta.groups.manage"),
        ("POST /api/v1/policies", "okta.policies.manage"),
        ("POST /api/v1/users/*/factors", "users and their factors (E0000006): its owner needs the right okta.users.m"),
        ("GET /api/v1/policies", "read policies (E0000006): its owner needs the right okta.policies.read"),
    ],
)
def test_a_missing_right_is_named(office: Office, path: str, right: str) -> None:
    office.okta.faults.fail_next(403, "E0000006", route=path)

    result = office.run(*WHO, "--yes")

    assert result.exit_code == 1
    assert right in result.stderr
    assert "a super administrator has" in result.stderr
    assert is_one_sentence(result.stderr)


@pytest.mark.parametrize("words", [(*WHO, "--yes"), (*WHO, "--dry-run"), (*WHO, "--yes", "--json")])
def test_a_wrong_token_is_one_sentence(office: Office, words: tuple[str, ...]) -> None:
    result = office.run(*words, OKTA_API_TOKEN=WRONG_TOKEN)

    assert result.exit_code == 1
    assert "does not know the token (E0000011): make one" in result.stderr
    assert is_one_sentence(result.stderr)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (ConnectionRefusedError(), "cannot be reached (ConnectionRefusedError): check OKTA_ORG_URL"),
        (TimeoutError(), "cannot be reached (TimeoutError)"),
        (Canned(200, "<html>sign in</html>", "text/html"), "does not answer as an Okta org: correct OKTA_ORG_URL"),
        (Canned(200, ""), "makes no sense"),
        (Canned(403, "", "text/plain"), "403"),
        (Canned(503, "{}"), "Okta is in trouble itself (503)"),
        (Canned(200, '{"id": "00o1", "pipeline": "v3"}'), "does not answer as an Okta org"),
    ],
)
def test_no_org_there_is_one_sentence(office: Office, answer: Any, sentence: str) -> None:
    office.session = CannedSession(answer)

    result = office.run(*WHO, "--yes")

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert is_one_sentence(result.stderr)


def test_rate_limits_are_waited_for_by_okta_s_own_clock(office: Office) -> None:
    office.okta.faults.rate_limit(20)

    result = office.run(*WHO, "--yes")

    assert result.exit_code == 0
    assert "Okta asks for fewer requests: going on in " in result.stderr
    assert 1 <= max(office.slept) <= 61
    assert len(office.slept) >= 2


def test_a_rate_limit_without_an_end_is_not_waited_for_for_ever(office: Office) -> None:
    office.okta.faults.fail_next(429, "E0000047", times=50)

    result = office.run(*WHO, "--yes")

    assert result.exit_code == 1
    assert "still asks for fewer requests (E0000047): run this again in some minutes" in result.stderr
    assert sum(office.slept) <= 180


def test_a_phone_that_is_not_at_hand_is_waited_for_and_then_left_for_the_next_run(office: Office) -> None:
    before = office.state()
    office.scans = False

    result = office.run(*WHO, "--yes", "--wait", "10")

    assert result.exit_code == 1
    assert "was not activated within 10 s: run this again with the phone at hand" in result.stderr
    assert "/qr" in result.stdout
    assert office.slept == [POLL_EVERY, POLL_EVERY, 2.0]
    assert [(row["kind"], row["action"]) for row in office.plan()] == [("push factor", "wait")]

    office.scans = True
    again = office.run(*WHO)
    assert again.exit_code == 0
    assert "Do it?" not in again.stdout, "a scan is not a change to agree to"
    assert office.plan() == []
    office.run("--undo", "--yes")
    assert office.state() == before


def test_without_waiting_the_link_is_given_and_the_exit_code_says_unfinished(office: Office) -> None:
    office.scans = False

    result = office.run(*WHO, "--yes", "--wait", "0", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["scan"].endswith("/qr")
    assert "Okta Verify is not activated yet" in result.stderr
    assert office.slept == []
    assert "/qr" not in office.record.read_text()


def test_an_activation_that_ran_out_begins_again(office: Office) -> None:
    office.scans = False
    office.run(*WHO, "--yes", "--wait", "0")
    office.clock.at += 700
    (row,) = office.plan()
    assert "ran out, begins again" in row["detail"]

    office.scans = True
    assert office.run(*WHO, "--yes").exit_code == 0
    assert office.plan() == []


def test_a_code_that_nobody_types_is_left_for_the_next_run_which_begins_again(office: Office) -> None:
    before = office.state()

    result = office.run(*WHO, *BY_CODE, "--yes")

    assert result.exit_code == 1
    assert "The code of Okta Verify is not activated yet: run this again with the phone at hand" in result.stderr
    assert result.stdout.count("/qr") == 2, "the push's picture and the code's"
    (row,) = office.plan(*BY_CODE)
    assert (row["kind"], row["detail"]) == ("code factor", "needs the app's code; begins again")
    assert "/qr" not in office.record.read_text()

    again = office.run(*WHO, *BY_CODE, "--yes", typed=office.shown_code())
    assert again.exit_code == 0, again.output
    assert again.stdout.count("This is not the code that it shows now.") == 2
    assert office.plan(*BY_CODE) == []
    office.run("--undo", "--yes")
    assert office.state() == before


@pytest.mark.parametrize("words", [("--wait", "0"), ("--json",)])
def test_where_nothing_is_asked_no_code_is(office: Office, words: tuple[str, ...]) -> None:
    office.run(*WHO, "--totp", "--yes")

    result = office.run(*WHO, *BY_CODE, "--yes", *words, typed=office.shown_code())

    assert result.exit_code == 1
    assert "The code of Okta Verify is not activated yet" in result.stderr
    assert "/qr" in result.stdout
    assert "Code" not in result.stdout


def test_three_wrong_codes_are_enough(office: Office) -> None:
    result = office.run(*WHO, *BY_CODE, "--yes", typed="000000\n" * 9)

    assert result.exit_code == 1
    assert result.stdout.count("This is not the code") == 3
    assert set(office.slept) == {POLL_EVERY}, "no limit of Okta's was met"


def test_an_okta_verify_without_its_code_is_named(open_office: Open) -> None:
    """Identity Engine enrols both at once, unless the code was switched off then."""
    office = open_office(pipeline="idx")
    office.run(*WHO, "--totp", "--yes")
    org = office.okta.org
    code = next(each for each in org.tables.factors.values() if each.type == "token:software:totp")
    del org.tables.factors[code.id]

    result = office.run(*WHO, *BY_CODE, "--yes")

    assert result.exit_code == 1
    assert "their Okta Verify came without its code: reset it" in result.stderr
    assert is_one_sentence(result.stderr)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda org: users.set_status(org, users.find(org, EMAIL), "SUSPENDED"), "they are SUSPENDED: unsuspend them"),
        (lambda org: users.set_status(org, users.find(org, EMAIL), "DEPROVISIONED"), "delete them"),
        (
            lambda org: users.create(
                org,
                {"login": OTHER, "email": OTHER, "firstName": "Other", "lastName": "Person", "ivrPhone": PHONE},
            ),
            f"other@example.com has {PHONE} in ivrPhone already",
        ),
        (
            lambda org: org.tables.attributes.update(ivrPhone={"type": "number"}),
            "it is there as number: remove it",
        ),
    ],
)
def test_what_stands_in_the_way_is_named_before_anything_is_changed(
    office: Office, spoil: Callable[[Any], object], sentence: str
) -> None:
    office.run(*WHO, "--yes")
    spoil(office.okta.org)
    before = office.state()

    result = office.run(*WHO, "--yes")

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "blocked" in result.stdout
    assert is_one_sentence(result.stderr)
    assert office.state() == before


def test_the_built_in_group_is_not_taken(office: Office) -> None:
    result = office.run(*WHO, "--group", "Everyone", "--yes")

    assert "it is a group of type BUILT_IN: give another --group" in result.stderr


def test_an_org_without_telephony_is_told_what_it_lacks(open_office: Open) -> None:
    office = open_office(pipeline="idx", settings=Settings(telephony=False))

    result = office.run(*WHO, "--yes")

    assert "cannot send texts or calls (E0000264)" in result.stderr
    assert is_one_sentence(result.stderr)


def test_an_authenticator_that_others_use_is_not_switched_off(open_office: Open) -> None:
    office = open_office(pipeline="idx")
    office.run(*WHO, "--yes")
    from fakes.okta import policies

    rows = [{"key": "phone_number", "enroll": {"self": "OPTIONAL"}}]
    settings = {"type": "AUTHENTICATORS", "authenticators": rows}
    policies.create(office.okta.org, {"type": "MFA_ENROLL", "name": "Staff", "settings": settings})

    result = office.run("--undo", "--yes")

    assert result.exit_code == 1
    assert "used by another policy (E0000148)" in result.stderr


def test_undo_without_a_record_says_where_to_look(office: Office) -> None:
    result = office.run("--undo", "--yes")

    assert result.exit_code == 1
    assert "There is no record" in result.stderr
    assert "--record" in result.stderr


def test_the_record_of_another_org_is_refused(office: Office) -> None:
    office.run(*WHO, "--yes")
    before = office.state()
    kept = json.loads(office.record.read_text())
    kept["org"]["url"] = "https://other.okta.example"
    office.record.write_text(json.dumps(kept))

    for words in (("--undo",), WHO):
        result = office.run(*words, "--yes")
        assert result.exit_code == 1
        assert "is the record of https://other.okta.example, not of" in result.stderr
    assert office.state() == before


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"org": {}, "steps": [{"part": "x"}]}',
        '{"org": {}, "steps": [{"part": "x", "did": "create", "id": null, "find": null, '
        '"undo": [{"method": "POST", "path": "https://elsewhere.example/", "body": null}]}]}',
    ],
)
def test_a_file_that_is_no_record_is_refused(office: Office, text: str) -> None:
    office.record.write_text(text)

    result = office.run("--undo", "--yes")

    assert "is not a record of a set-up" in result.stderr
    assert office.record.read_text() == text


def test_a_record_that_cannot_be_written_stops_before_anything_is_made(office: Office) -> None:
    before = office.state()
    nowhere = str(office.folder / "missing" / "record.json")

    result = office.run(*WHO, "--yes", "--record", nowhere)

    assert "cannot be written" in result.stderr
    assert office.state() == before


def test_what_okta_takes_but_does_not_keep_is_not_called_done(office: Office) -> None:
    groups_page = {"id": "00gSomewhere", "profile": {"name": "Autobot IVR"}}

    class Forgetful(FailingSession):
        def request(self, method: str, url: str, **options: Any) -> Any:
            if method == "POST" and str(url).endswith("/groups"):
                return _Answer(json.dumps(groups_page))
            return super().request(method, url, **options)

    class _Answer:
        def __init__(self, body: str) -> None:
            self._canned = Canned(200, body)

        async def __aenter__(self) -> Canned:
            return self._canned

        async def __aexit__(self, *_: object) -> None:
            return None

    office.session = Forgetful(office.direct)

    result = office.run(*WHO, "--yes")

    assert result.exit_code == 1
    assert "did not keep it" in result.stderr
    assert [group.name for group in groups.listed(office.okta.org)] == ["Everyone"]


@pytest.mark.parametrize(
    ("words", "environ", "sentence"),
    [
        ((), {}, "Give --email and --phone, or --no-user"),
        (("--email", EMAIL), {}, "Give --email and --phone"),
        (("--email", "nobody", "--phone", PHONE), {}, "--email must be an e-mail address"),
        (("--email", EMAIL, "--phone", "555"), {}, "--phone must be a number with + and country code"),
        ((*WHO, "--sms-phone", "555"), {}, "--sms-phone must be a number"),
        ((*WHO, "--json"), {}, "add --yes or --dry-run"),
        ((*WHO, "--preference", "call"), {}, "needs --voice"),
        ((*WHO, "--preference", "push", "--no-push"), {}, "does not go with --no-push"),
        ((*WHO, "--preference", "totp"), {}, "--preference totp needs --totp"),
        ((*WHO, *BY_CODE, "--no-push"), {}, "--preference totp does not go with --no-push"),
        (WHO, {"OKTA_ORG_URL": ""}, "OKTA_ORG_URL is not set"),
        (WHO, {"OKTA_API_TOKEN": ""}, "OKTA_API_TOKEN (or OKTA_CLIENT_ID with OKTA_PRIVATE_KEY) is not set"),
        (WHO, {"OKTA_ORG_URL": "http://atko.okta.com"}, "OKTA_ORG_URL is malformed"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(
    office: Office, words: tuple[str, ...], environ: dict[str, str], sentence: str
) -> None:
    result = office.run(*words, **environ)

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert not result.stdout
