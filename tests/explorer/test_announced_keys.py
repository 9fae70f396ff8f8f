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
        ("Press the one key for yes and the zero key for no, and then hit the pound sign.", "10#"),
        ("Press 1 for sales, 2 for support, 3 to leave a message, or 4 if you are lost.", "1234"),
        ("We are open Monday to Friday, 9 to 5.", ""),
        ("Press 1 through 5.", "12345"),
        ("Press 7-9.", "789"),
        ("Press a number from 1 to 5, then wait.", "12345"),
        ("Enter any digit between zero and two.", "012"),
        ("Press 8 to 0.", "890"),
        ("Press a number between 1 and 10.", ""),
        ("Dial 1-800-555-1234.", ""),
        ("Press any key.", ""),
        ("Please enter your 6 digit code.", ""),
        ("Enter 6 digits, then press the hash key", "#"),
        ("Press 12 to go on", ""),
        ("You have one message. The line is open from 9 to 5.", ""),
        ("", ""),
    ],
)
def test_the_keys_a_prompt_offers(words: str, keys: str) -> None:
    assert announced([words]) == tuple(keys)
