"""What prompts announce, by the small grammar in use and by one's own."""

import pytest

from simulator.explorer.announced import announced, compiled


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


def test_another_language_has_its_own_pattern() -> None:
    german = compiled([r"drücken sie (?P<keys>[0-9*#])"])

    assert announced(["Für Rechnungen drücken Sie 3."], german) == ("3",)


def test_a_pattern_without_its_group_is_refused() -> None:
    with pytest.raises(ValueError, match="keys"):
        compiled(["press ([0-9])"])
