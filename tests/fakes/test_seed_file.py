"""A YAML seed is merged into the fakes by natural key, or refused as a whole in one sentence."""

from decimal import Decimal
from pathlib import Path

import pytest

from fakes.accounts.state import Accounts
from fakes.okta import factors, users
from fakes.okta.direct import MFA_OTP, OOB
from fakes.okta.state import Okta
from fakes.people import JANE, LEA, PEOPLE, seed_accounts, seed_people
from fakes.seed import SeedError, plant, read_seed
from tests.fakes.door import Clock

SEED = """
attributes:
  tier: {title: Tier, type: string, enum: [gold, silver]}
groups:
  - {name: VIP, description: Very important callers}
users:
  - login: mira.holt@ivr.example
    password: Corr3ct-horse
    groups: [VIP, Autobot IVR]
    profile: {firstName: Mira, lastName: Holt, ivrPhone: "+15550100123", ivrFactorPreference: push, tier: gold}
    factors:
      sms: "+1 555 010 0123"
      push: Mira phone
      totp: GEZDGNBVGY3TQOJQ
      question: {disliked_food: Liver}
    account: {balance: "12.00", due: 2027-01-31}
  - login: JANE.ivr@example.com
    profile: {firstName: Janet}
    factors: {push: null}
  - login: lea.locked@example.com
    status: ACTIVE
apps:
  - {client_id: 0oaApp, keys: [{kty: RSA, kid: one, n: AQAB, e: AQAB}], scopes: [okta.users.read]}
  - {client_id: 0oaSignIn, secret: of-nobody, grants: [oob, mfa-otp], factors: 2, people: [mira.holt@ivr.example]}
"""


@pytest.fixture
def fakes_() -> tuple[Okta, Accounts]:
    okta, accounts = Okta(now=Clock()), Accounts(now=Clock())
    seed_people(okta)
    seed_accounts(accounts)
    return okta, accounts


def write(folder: Path, text: str) -> Path:
    path = folder / "seed.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_new_people_are_added_with_factors_groups_and_account(tmp_path: Path, fakes_: tuple[Okta, Accounts]) -> None:
    okta, accounts = fakes_

    plant(read_seed(write(tmp_path, SEED)), okta, accounts)

    mira = users.find(okta.org, "mira.holt@ivr.example")
    kinds = [factor.type for factor in factors.of_user(okta.org, mira)]
    assert mira.status == "ACTIVE"
    assert mira.profile["tier"] == "gold"
    assert kinds == ["sms", "push", "token:software:totp", "question"]
    assert factors.of_user(okta.org, mira)[0].profile == {"phoneNumber": "+15550100123"}
    assert accounts.account(mira.id).balance == Decimal("12.00")
    assert {g.name for g in okta.org.tables.groups.values() if mira.id in g.members} == {"VIP", "Autobot IVR"}
    assert okta.totp(mira.id).isdecimal()
    assert set(okta.org.tables.apps) == {"0oaApp"}
    app = okta.org.tables.sign_in_apps["0oaSignIn"]
    assert (app.method, app.factors, app.people) == ("client_secret_basic", 2, frozenset({mira.id}))
    assert app.grants == {OOB, MFA_OTP}


def test_known_people_are_changed_and_not_doubled(tmp_path: Path, fakes_: tuple[Okta, Accounts]) -> None:
    okta, accounts = fakes_

    for _ in range(2):
        plant(read_seed(write(tmp_path, SEED)), okta, accounts)

    jane = users.find(okta.org, JANE.id)
    assert jane.profile["firstName"] == "Janet"
    assert jane.profile["ivrPhone"] == JANE.phone
    assert [factor.type for factor in factors.of_user(okta.org, jane)] == ["sms"]
    assert users.find(okta.org, LEA.id).status == "ACTIVE"
    assert len(okta.org.tables.users) == len(PEOPLE) + 1
    assert len(okta.org.tables.groups) == 3
    assert len(factors.of_user(okta.org, users.find(okta.org, "mira.holt@ivr.example"))) == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("users: [{login: abc}]", "users[0]: login: The field is too short (at least 5 characters)"),
        ("users: [{profile: {}}]", "users[0]: login is missing"),
        ("users: [{login: a@b.example, colour: red}]", "users[0]: colour is not one of login"),
        ("users: [{login: a@b.example, factors: {pigeon: x}}]", "users[0]: unknown factor pigeon"),
        ("users: [{login: a@b.example, factors: {sms: '12'}}]", "users[0]: This phone number is invalid."),
        ("users: [{login: a@b.example, status: GONE}]", "users[0]: status must be one of STAGED"),
        ("users: [{login: a@b.example, account: {balance: x, due: 2027-01-01}}]", "users[0]: "),
        ("users: {a: b}", "users must be a list."),
        ("apps: [{client_id: x, grants: [magic]}]", "apps[0]: unknown grant magic"),
        ("attributes: {login: {type: string}}", "attributes: login: "),
        ("groups: [{name: ''}]", "groups[0]: name: "),
        ("users: [{login: a@b.example}, 5]", "users[1]"),
        ("apps: [{client_id: x, scopes: []}]", "apps[0]: keys is missing"),
    ],
)
def test_a_bad_seed_says_where_and_changes_nothing(
    tmp_path: Path, fakes_: tuple[Okta, Accounts], text: str, message: str
) -> None:
    okta, accounts = fakes_
    before = okta.org.tables.copy()

    with pytest.raises(SeedError) as refused:
        plant(read_seed(write(tmp_path, text)), okta, accounts)

    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert okta.org.tables == before


@pytest.mark.parametrize("text", ["[1, 2]", "people: []", "a: [", "\t", "x"])
def test_a_file_that_is_no_seed_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SeedError, match=r"seed\.yaml"):
        read_seed(write(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="nowhere"):
        read_seed(tmp_path / "nowhere.yaml")
