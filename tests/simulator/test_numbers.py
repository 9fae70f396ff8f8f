"""Telephone numbers as people type them."""

import pytest

from simulator.errors import WrongUseError
from simulator.numbers import read_called, read_caller


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+17735551234", "+17735551234"),
        ("(773) 555-1234", "+17735551234"),
        ("773.555.1234", "+17735551234"),
        (" 1 773-555 1234 ", "+17735551234"),
        ("+1 (773) 555-1234", "+17735551234"),
        ("+44 20 7946 0000", "+442079460000"),
        ("client:ann", "client:ann"),
        (" sip:desk@pbx.example;transport=tls ", "sip:desk@pbx.example;transport=tls"),
    ],
)
def test_a_number_is_read_as_the_number_it_is(typed: str, number: str) -> None:
    assert read_caller(typed, "from") == read_called(typed, "to") == number


@pytest.mark.parametrize("typed", ["", " ", "555-1234", "773555123", "0773 555 1234", "+0 773", "7735551234x", "a b"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    for read in (read_caller, read_called):
        with pytest.raises(WrongUseError, match="from takes a number such as"):
            read(typed, "from")


def test_only_a_caller_may_be_withheld() -> None:
    assert read_caller("Restricted", "from") == "Restricted"
    with pytest.raises(WrongUseError):
        read_called("Restricted", "to")
