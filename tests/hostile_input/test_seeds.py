"""Whatever stands in a seed of `fakes serve`, it is planted or refused in one sentence."""

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.cli import Refusal, build
from fakes.okta import schema, users
from fakes.okta.app import create_app
from fakes.okta.errors import OktaError
from fakes.people import JANE
from fakes.web import Request
from tests.fakes.test_seed_file import SEED
from tests.hostile_input.mutations import NASTY, changed, places_in


@cache
def exchanged() -> tuple[tuple[tuple[str | int, ...], Any], ...]:
    return tuple((place, value) for place in places_in(yaml.safe_load(SEED)) for value in NASTY)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seeds") / "people.yaml"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_seed_is_planted_or_refused_whatever_stands_in_it(file: Path, data: st.DataObject) -> None:
    place, value = data.draw(st.sampled_from(exchanged()))
    file.write_text(yaml.safe_dump(changed(yaml.safe_load(SEED), place, value)))

    try:
        build("v1", file, is_empty=False)
    except Refusal as refusal:
        sentence = refusal.format_message()
    else:
        sentence = ""

    assert "\n" not in sentence


ALIASES = ", ".join(f"{name}: &{name} [{', '.join([f'*{last}'] * 10)}]" for last, name in pairwise("abcdefghi"))
ACCOUNT = "users: [{login: jane.ivr@example.com, account: {balance: %s, due: 2027-01-31}}]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"groups: [{{name: VIP, description: {{a: &a [x], {ALIASES}}}}}]", "has more than 1,000,000 values"),
        ("users: &a [*a]", "recursion"),
        ("[" * 100_000, "depth"),
        (f"users: {'9' * 5000}", "digits"),
        ("users: 9999-99-99", "month must be in 1..12"),
        (ACCOUNT % ".nan", "not JSON compliant"),
        ("attributes: {weight: {type: number, title: Weight, default: .inf}}", "not JSON compliant"),
        ("groups: [{name: VIP, description: !!binary aGVsbG8=}]", "a bytes is not a value"),
        ("groups: [{name: VIP, description: {2027-01-31: x}}]", "keys must be str"),
        (ACCOUNT % "'1e999999999'", "balance must be an amount"),
        ("users: [\0]", "unacceptable character"),
        ("!!python/object/apply:os.getcwd []", "could not determine a constructor"),
    ],
    ids=["aliases", "circle", "deep", "long", "date", "nan", "infinity", "bytes", "key", "large", "null", "object"],
)
def test_a_hostile_seed_is_refused(file: Path, text: str, said: str) -> None:
    file.write_text(text)

    with pytest.raises(Refusal) as refused:
        build("v1", file, is_empty=False)

    sentence = refused.value.format_message()
    assert said in sentence
    assert "\n" not in sentence


def test_what_a_seed_says_can_be_answered_by_the_org(file: Path) -> None:
    """YAML reads dates where no quotes are; JSON has none."""
    file.write_text(
        "attributes: {days: {type: array, title: Days, default: 2027-01-31}}\n"
        "groups: [{name: VIP, description: 2027-01-31}]\n"
        "users: [{login: jane.ivr@example.com, profile: {days: [2027-01-31, 2027-01-31T10:00:00Z]}}]\n"
    )
    okta, _ = build("v1", file, is_empty=False)
    org = create_app(okta)

    answers = [
        org.answer(Request("GET", okta.org.url, path, headers={"authorization": f"SSWS {okta.org.api_token}"}))
        for path in ("/_fake/state", "/_fake/users/jane.ivr@example.com", "/api/v1/users", "/api/v1/groups")
    ]

    assert [answer.status for answer in answers] == [200] * 4
    assert b'"days":["2027-01-31","2027-01-31T10:00:00+00:00"]' in answers[1].body


def test_a_number_that_json_has_not_is_no_attribute() -> None:
    okta, _ = build("v1", None, is_empty=False)
    schema.set_attributes(okta.org, {"weight": {"type": "number", "title": "Weight"}})

    with pytest.raises(OktaError, match="weight"):
        users.update(okta.org, users.find(okta.org, JANE.login), {"weight": float("nan")}, whole=False)


@pytest.mark.parametrize("name", ["x" * 5000, "\udcff", ""], ids=["long", "no text", "empty"])
def test_a_seed_that_is_no_file_is_refused(name: str) -> None:
    with pytest.raises(Refusal, match="cannot be read"):
        build("v1", Path(name), is_empty=False)
