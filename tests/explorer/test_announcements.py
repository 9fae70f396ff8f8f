"""What prompts announce, by the small grammar in use and by one's own."""

import pytest

from simulator.explorer.announced import announced, compiled, purposes


@pytest.mark.parametrize(
    ("prompt", "keys"),
    [
        ("For your account, press 1. For support, press 2.", ("1", "2")),
        ("For a new code, press star and then pound.", ("*#",)),
        ("Press one for sales or two for support.", ("1", "2")),
        ("Dial 0 or press the pound key.", ("0", "#")),
        ("Please enter the 6 digits of the code.", ()),
        ("Your balance is 142 dollars.", ()),
    ],
)
def test_keys_are_read_from_english_prompts(prompt: str, keys: tuple[str, ...]) -> None:
    assert announced([prompt]) == keys


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("For sales press 1, to hear this again press star.", {"1": "For sales", "*": "to hear this again"}),
        ("Press 1 if this is right, press 2 if not.", {"1": "if this is right", "2": "if not"}),
        ("Press 1 or 2 for sales. To leave, press 3.", {"1": "for sales", "2": "for sales", "3": "To leave"}),
        ("Press 1 or any other key to go on.", {"1": "or any other key to go on"}),
        ("Press 1, then 2 for help.", {"12": "for help"}),
        ("Press 1.", {"1": ""}),
    ],
)
def test_what_a_key_is_for_stands_before_or_after_it(prompt: str, told: dict[str, str]) -> None:
    assert purposes([prompt]) == told


def test_another_language_has_its_own_pattern() -> None:
    german = compiled([r"drücken sie (?P<keys>[0-9*#])"])

    assert announced(["Für Rechnungen drücken Sie 3."], german) == ("3",)


def test_a_pattern_without_its_group_is_refused() -> None:
    with pytest.raises(ValueError, match="keys"):
        compiled(["press ([0-9])"])
