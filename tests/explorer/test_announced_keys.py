"""Which keys a prompt offers, as a person would understand it."""

import pytest

from simulator.explorer.announced import announced


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("For your balance press 1.", "1"),
        ("For your account, press 1. For support, press two.", "12"),
        ("Press the pound key, or dial 0 for an operator.", "#0"),
        ("To go back press star; to repeat, hit the number nine.", "*9"),
        ("Press 1 or 2.", "12"),
        ("Press 1, 2 or 3 now.", "123"),
        ("Press 1 for sales, 2 for support, or 3 for billing.", "123"),
        ("To hear this again, press 1. Press 1 to go on.", "1"),
        ("press #", "#"),
        ("Please enter your 6 digit code.", ""),
        ("Enter 6 digits, then press the hash key", "#"),
        ("Press 12 to go on", ""),
        ("You have one message. The line is open from 9 to 5.", ""),
        ("", ""),
    ],
)
def test_the_keys_a_prompt_offers(words: str, keys: str) -> None:
    assert announced([words]) == tuple(keys)
