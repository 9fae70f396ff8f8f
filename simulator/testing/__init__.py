"""Whole phone calls as tests: the telephones that the fixture `phone` gives, to write down what a test takes.

from simulator.testing import AsyncPhone, Phone

def test_the_balance(phone: Phone) -> None: ...

async def test_the_balance_in_a_loop(phone: AsyncPhone) -> None: ...
"""

from simulator.testing.marker import Call
from simulator.testing.synchronous import Phone
from simulator.testing.telephone import AsyncPhone, StoryError

__all__ = ["AsyncPhone", "Call", "Phone", "StoryError"]
