"""U01 to U13: finding users by search, filter, q, page, id and login."""

import re

import pytest

from fakes.okta import lifecycle, users
from fakes.people import JANE, JON, LEA, MAX, PEOPLE
from tests.fakes.door import Door, Reply


def logins(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.text
    return [user["profile"]["login"] for user in reply.body]


def links(reply: Reply) -> dict[str, str]:
    """The Link headers by relation, in the order in which they came."""
    found = [re.fullmatch(r'<(.*)>; rel="(\w+)"', value) for value in reply.headers.getall("Link")]
    return {match.group(2): match.group(1) for match in found if match}


async def test_U01_a_custom_attribute_finds_the_user(door: Door) -> None:
    reply = await door.search(f'profile.ivrPhone eq "{JANE.phone}"')

    (user,) = reply.body
    assert user["id"] == JANE.id
    assert user["status"] == "ACTIVE"
    assert user["profile"]["ivrPhone"] == JANE.phone
    assert user["profile"]["ivrFactorPreference"] == "sms"
    assert user["profile"]["secondEmail"] is None
    assert user["_links"] == {"self": {"href": f"{door.base}/api/v1/users/{JANE.id}"}}


async def test_U02_no_match_is_an_empty_list_without_next(door: Door) -> None:
    reply = await door.search('profile.ivrPhone eq "+15550000000"')

    assert (reply.status, reply.body) == (200, [])
    assert list(links(reply)) == ["self"]


@pytest.mark.parametrize("expression", ['profile.firstName EQ "Jane"', 'profile.firstName eq "jANE"'])
async def test_U03_case_of_operators_and_values_does_not_count(door: Door, expression: str) -> None:
    assert logins(await door.search(expression)) == [JANE.login]


async def test_U04_case_of_attributes_counts(door: Door) -> None:
    reply = await door.search(f'Profile.ivrPhone eq "{JANE.phone}"')

    assert (reply.status, reply.error) == (400, "E0000031")


async def test_U05_a_bare_plus_in_the_url_is_a_space(door: Door) -> None:
    reply = await door.get(f"/api/v1/users?search=profile.ivrPhone%20eq%20%22{JANE.phone}%22")

    assert (reply.status, reply.body) == (200, [])


async def test_U06_search_includes_deprovisioned_users_and_a_list_does_not(door: Door) -> None:
    lifecycle.move(door.okta.org, users.find(door.okta.org, JON.id), "deactivate")

    found = logins(await door.search('profile.lastName eq "Ivr"'))
    listed = logins(await door.get("/api/v1/users"))
    by_q = logins(await door.get("/api/v1/users", query={"q": "jo"}))

    assert found == [JANE.login, JON.login]
    assert listed == [person.login for person in PEOPLE if person is not JON]
    assert by_q == []


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('profile.firstName eq "Max" and status eq "LOCKED_OUT" or profile.firstName eq "Jane"', [JANE.login]),
        ('profile.firstName eq "Max" and (status eq "LOCKED_OUT" or profile.firstName eq "Jane")', []),
        ('profile.firstName eq "Jane" or profile.firstName eq "Max" and status eq "LOCKED_OUT"', [JANE.login]),
        ('(profile.firstName eq "Jane" or profile.firstName eq "Lea") and status eq "LOCKED_OUT"', [LEA.login]),
    ],
)
async def test_U07_and_binds_tighter_than_or(door: Door, expression: str, expected: list[str]) -> None:
    assert logins(await door.search(expression)) == expected


async def test_U08_co_works_on_four_attributes_only(door: Door) -> None:
    refused = await door.search('profile.ivrPhone co "555"')
    served = await door.search('profile.email co "NOFACTOR"')

    assert (refused.status, refused.error) == (400, "E0000031")
    assert logins(served) == [MAX.login]


@pytest.mark.parametrize(
    "expression",
    ['profile.ivrPhone ne "x"', 'not (profile.ivrPhone eq "x")', "not profile.ivrPhone pr", 'id ew "d7"'],
)
async def test_U09_operators_that_okta_lacks_are_refused(door: Door, expression: str) -> None:
    reply = await door.search(expression)

    assert (reply.status, reply.error) == (400, "E0000031")


@pytest.mark.parametrize(
    "expression",
    [
        'profile.login eq "x',
        'profile.login eq x"',
        '(profile.login eq "x"',
        'profile.login eq "x")',
        "",
        "profile.login",
        "profile.login eq",
        "profile.login eq eq",
        "profile.login eq null",
        'profile.login eq "x" and',
        'profile.login eq "x" "y"',
        '"x" eq profile.login',
        'profile.login eq "\\x"',
        'profile.login "x"',
        "created gt 5",
        'created gt "tomorrow"',
        "profile.login sw 5",
        "profile.login gt true",
        "(" * 1000 + 'profile.login eq "x"' + ")" * 1000,
    ],
)
async def test_U10_what_is_not_an_expression_is_refused(door: Door, expression: str) -> None:
    reply = await door.search(expression)

    assert (reply.status, reply.error) == (400, "E0000031")


async def test_U11_pages_are_linked_with_next_last(door: Door) -> None:
    expression = 'profile.lastName eq "Ivr" or profile.lastName eq "Locked"'
    first = await door.search(expression, limit="2")
    second = await door.get(links(first)["next"])

    assert logins(first) == [JANE.login, JON.login]
    assert list(links(first)) == ["self", "next"]
    assert "after=" in links(first)["next"]
    assert logins(second) == [LEA.login]
    assert list(links(second)) == ["self"]


@pytest.mark.parametrize("query", [{"after": "nobody"}, {"limit": "0"}, {"limit": "many"}])
async def test_a_bad_page_is_refused(door: Door, query: dict[str, str]) -> None:
    reply = await door.get("/api/v1/users", query=query)

    assert (reply.status, reply.error) == (400, "E0000029")


async def test_U12_an_unknown_user_is_not_found_in_okta_s_words(door: Door) -> None:
    reply = await door.get("/api/v1/users/unknown")

    assert (reply.status, reply.error) == (404, "E0000007")
    assert reply.body["errorSummary"] == "Not found: Resource not found: unknown (User)"


@pytest.mark.parametrize("name", [JANE.login, "jane.ivr%40example.com", "JANE.IVR@example.com", "jane.ivr"])
async def test_U13_a_login_finds_the_same_user_as_the_id(door: Door, name: str) -> None:
    by_id = await door.get(f"/api/v1/users/{JANE.id}")
    by_login = await door.get(f"/api/v1/users/{name}")

    assert by_login.body == by_id.body
    assert set(by_id.body["_links"]) >= {"self", "suspend", "deactivate", "resetPassword"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("profile.ivrPhone pr", [person.login for person in PEOPLE]),
        ("profile.secondEmail pr", []),
        ('profile.ivrPhone sw "+1773"', [JANE.login, JON.login]),
        ('created ge "2026-11-24T14:00:00.000Z"', [person.login for person in PEOPLE]),
        ('created gt "2026-11-24T14:00:00.000Z"', []),
        ('status lt "LOCKED_OUT" or status gt "LOCKED_OUT"', [person.login for person in PEOPLE if person is not LEA]),
        (f'id eq "{MAX.id}"', [MAX.login]),
        ("profile.ivrPhone eq 5", []),
        ("profile.ivrPhone eq true", []),
    ],
)
async def test_search_compares_by_type(door: Door, expression: str, expected: list[str]) -> None:
    assert logins(await door.search(expression)) == expected


async def test_filter_counts_case_and_knows_few_attributes(door: Door) -> None:
    exact = await door.get("/api/v1/users", query={"filter": f'profile.login eq "{JANE.login}"'})
    other_case = await door.get("/api/v1/users", query={"filter": 'profile.firstName eq "jane"'})
    recent = await door.get("/api/v1/users", query={"filter": 'lastUpdated gt "2026-01-01T00:00:00.000Z"'})
    custom = await door.get("/api/v1/users", query={"filter": f'profile.ivrPhone eq "{JANE.phone}"'})
    starts = await door.get("/api/v1/users", query={"filter": 'profile.firstName sw "J"'})

    assert logins(exact) == [JANE.login]
    assert logins(other_case) == []
    assert logins(recent) == [person.login for person in PEOPLE]
    assert (custom.status, custom.error) == (400, "E0000094")
    assert (starts.status, starts.error) == (400, "E0000094")


async def test_q_is_a_prefix_and_does_not_go_with_filter(door: Door) -> None:
    by_q = await door.get("/api/v1/users", query={"q": "J"})
    both = await door.get("/api/v1/users", query={"q": "J", "filter": 'status eq "ACTIVE"'})

    assert logins(by_q) == [JANE.login, JON.login]
    assert (both.status, both.error) == (400, "E0000033")
