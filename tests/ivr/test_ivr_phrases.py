"""How the line says money, dates, places and digits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ivr.identity.protocol import Kind
from ivr.phrases import LANGUAGES, phrases_for
from ivr.phrases.english import balance, money, place, push_number, spoken_date

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("142.50", "USD", "142 dollars and 50 cents"),
        ("1.01", "USD", "1 dollar and 1 cent"),
        ("200", "USD", "200 dollars"),
        ("0.99", "USD", "99 cents"),
        ("0", "USD", "0 dollars"),
        ("1234.05", "EUR", "1234 euros and 5 cents"),
        ("3.01", "GBP", "3 pounds and 1 penny"),
        ("12.30", "CHF", "12.30 C H F"),
    ],
)
def test_money_is_said_as_a_person_says_it(amount: str, currency: str, said: str) -> None:
    assert money(Decimal(amount), currency) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 12, 15), "December 15th"),
        (date(2026, 12, 1), "December 1st"),
        (date(2026, 12, 2), "December 2nd"),
        (date(2026, 12, 3), "December 3rd"),
        (date(2026, 12, 11), "December 11th"),
        (date(2026, 12, 12), "December 12th"),
        (date(2026, 12, 13), "December 13th"),
        (date(2026, 12, 22), "December 22nd"),
        (date(2027, 1, 31), "January 31st, 2027"),
    ],
)
def test_a_date_has_its_ending_and_a_year_only_when_it_is_another(day: date, said: str) -> None:
    assert spoken_date(day, TODAY) == said


def test_a_credit_is_not_due() -> None:
    assert balance(Decimal("-5"), "USD", TODAY, TODAY) == "Your balance is a credit of 5 dollars. Nothing is due."


@pytest.mark.parametrize(("number", "said"), [(72, "number 72. That is 7 2."), (0, "number 0."), (7, "number 7.")])
def test_a_challenge_number_is_said_whole_and_digit_by_digit(number: int, said: str) -> None:
    assert push_number(number).endswith(said)


@pytest.mark.parametrize(
    ("city", "state", "country", "said"),
    [
        ("CHICAGO", "IL", "US", "Chicago, Illinois"),
        ("", "IL", "US", "Illinois"),
        ("", "", "US", "the United States"),
        ("NEW YORK", "NY", "US", "New York"),
        ("TORONTO", "ON", "CA", "Toronto, Ontario"),
        ("", "", "CA", "Canada"),
        ("BERLIN", "", "DE", "Berlin, Germany"),
        ("", "Bayern", "DE", "Bayern, Germany"),
        ("", "", "XX", ""),
        ("", "", "", ""),
        ("SPRINGFIELD", "ZZ", "US", "Springfield, the United States"),
        ("x" * 200, "", "", ("X" + "x" * 199)[:80]),
    ],
)
def test_a_place_is_said_as_far_as_it_is_known(city: str, state: str, country: str, said: str) -> None:
    assert place(city, state, country) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_a_sentence_for_every_kind_of_factor(language: str) -> None:
    phrases = phrases_for(language)

    assert set(phrases.offers) == set(phrases.ways) == set(Kind)
    assert set(phrases.sent) == {kind for kind in Kind if kind.is_delivered}
    assert set(phrases.enter) == set(phrases.incomplete) == set(Kind) - {Kind.PUSH}


@pytest.mark.parametrize("tag", ["en-US", "en-GB", "xx-XX"])
def test_a_language_that_the_line_does_not_speak_is_spoken_in_english(tag: str) -> None:
    assert phrases_for(tag) is LANGUAGES["en"]
