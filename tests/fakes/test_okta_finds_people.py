"""Whoever is looked up by login, short name or number is whom a walk over everybody finds, whatever has changed."""

import unicodedata
from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fakes.okta import factors, schema, users
from fakes.okta.errors import OktaError
from fakes.okta.org import Snapshot
from fakes.okta.records import SMS, User
from fakes.okta.state import Okta
from fakes.people import ATTRIBUTES
from tests.fakes.door import Clock

LOGINS = ("mira@ivr.example", "MIRA@ivr.example", "míra@ivr.example", "mira@other.example", "jo@ivr.example")
GIVEN = (*LOGINS, "mira", "Mira", "jo", "ivr.example", "")
NUMBERS = ("+15550100123", "+15550100124", "x5550100125", "X5550100125")
PROFILE = st.fixed_dictionaries({"login": st.sampled_from(LOGINS)}, optional={"mobilePhone": st.sampled_from(NUMBERS)})


def folded(login: str) -> str:
    """The rule of old, written down again: case and accents do not count."""
    marks = unicodedata.normalize("NFKD", login)
    return "".join(mark for mark in marks if not unicodedata.combining(mark)).casefold()


class PeopleMachine(RuleBasedStateMachine):
    """An org whose people come, change, go and come back."""

    @initialize()
    def begin(self) -> None:
        self.okta = Okta(now=Clock())
        self.org = self.okta.org
        schema.set_attributes(self.org, ATTRIBUTES)
        self.kept: list[Snapshot] = [self.okta.snapshot()]

    @property
    def everybody(self) -> list[User]:
        return list(self.org.tables.users.values())

    @rule(profile=PROFILE, phone=st.none() | st.sampled_from(NUMBERS))
    def comes(self, profile: dict[str, Any], phone: str | None) -> None:
        is_taken = any(folded(user.profile["login"]) == folded(profile["login"]) for user in self.everybody)
        try:
            users.create(
                self.org, {**profile, "firstName": "A", "lastName": "B", "email": "a@ivr.example", "ivrPhone": phone}
            )
        except OktaError:
            assert is_taken
        else:
            assert not is_taken

    @precondition(lambda self: self.everybody)
    @rule(data=st.data(), profile=PROFILE, whole=st.booleans())
    def changes(self, data: st.DataObject, profile: dict[str, Any], whole: bool) -> None:
        user = data.draw(st.sampled_from(self.everybody))
        others = [folded(each.profile["login"]) for each in self.everybody if each is not user]
        is_refused = folded(profile["login"]) in others or user.status == "DEPROVISIONED"
        try:
            users.update(
                self.org, user, {**profile, "firstName": "A", "lastName": "B", "email": "a@ivr.example"}, whole=whole
            )
        except OktaError:
            assert is_refused
        else:
            assert not is_refused

    @precondition(lambda self: self.everybody)
    @rule(data=st.data())
    def goes(self, data: st.DataObject) -> None:
        users.delete(self.org, data.draw(st.sampled_from(self.everybody)))

    @precondition(lambda self: self.everybody)
    @rule(data=st.data(), number=st.sampled_from(NUMBERS))
    def enrols(self, data: st.DataObject, number: str) -> None:
        factors.add(self.org, data.draw(st.sampled_from(self.everybody)), SMS, {"phoneNumber": number})

    @precondition(lambda self: self.org.tables.factors)
    @rule(data=st.data(), number=st.sampled_from(NUMBERS))
    def enrols_another(self, data: st.DataObject, number: str) -> None:
        factor = data.draw(st.sampled_from(list(self.org.tables.factors.values())))
        self.org.tables.factors[factor.id] = replace(factor, profile={"phoneNumber": number})

    @precondition(lambda self: self.org.tables.factors)
    @rule(data=st.data())
    def unenrols(self, data: st.DataObject) -> None:
        factors.remove(self.org, data.draw(st.sampled_from(list(self.org.tables.factors.values()))))

    @rule()
    def is_remembered(self) -> None:
        self.kept.append(self.okta.snapshot())

    @rule(data=st.data())
    def is_restored(self, data: st.DataObject) -> None:
        self.okta.restore(data.draw(st.sampled_from(self.kept)))

    @rule()
    def loses_an_attribute(self) -> None:
        schema.set_attributes(self.org, {"ivrPhone": None})
        schema.set_attributes(self.org, ATTRIBUTES)

    @invariant()
    def a_login_or_the_one_short_name_finds_its_user(self) -> None:
        for given in GIVEN:
            same = [user for user in self.everybody if folded(user.profile["login"]) == folded(given)]
            short = [
                user for user in self.everybody if folded(user.profile["login"]).partition("@")[0] == folded(given)
            ]
            expected = same[0] if same else short[0] if len(short) == 1 else None
            try:
                found = users.find(self.org, given)
            except OktaError:
                assert expected is None
            else:
                assert found is expected

    @invariant()
    def a_number_finds_who_has_it(self) -> None:
        enrolled = {(each.user_id, each.profile["phoneNumber"]) for each in self.org.tables.factors.values()}
        for number in NUMBERS:
            have = [user for user in self.everybody if number in users.phones(user) or (user.id, number) in enrolled]
            assert users.with_phone(self.org, number) is (have[0] if have else None)
            searched = users.search(self.org, f'profile.ivrPhone eq "{number}" and status pr')
            assert searched == [
                user for user in self.everybody if str(user.profile.get("ivrPhone")).lower() == number.lower()
            ]

    @invariant()
    def a_user_s_factors_are_theirs(self) -> None:
        rows = self.org.tables.factors.values()
        for user in self.everybody:
            assert factors.of_user(self.org, user) == [each for each in rows if each.user_id == user.id]


TestPeopleMachine = PeopleMachine.TestCase
TestPeopleMachine.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
