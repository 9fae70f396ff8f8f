"""All invented values of one org (ids, codes, tokens) from one seed; no other randomness exists in the fake."""

from random import Random
from uuid import UUID

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Source:
    """Seeded streams, one per purpose, so that one more poll does not change the next text's code."""

    def __init__(self, seed: int) -> None:
        self._ids = Random(f"ids {seed}")
        self._codes = Random(f"codes {seed}")
        self._events = Random(f"events {seed}")
        self._requests = 0
        self._run = "".join(Random(f"requests {seed}").choices(ALPHABET, k=9))

    def id(self, prefix: str) -> str:
        """Okta's 20 characters: a prefix that tells the kind, then letters and digits."""
        return prefix + "".join(self._ids.choices(ALPHABET, k=20 - len(prefix)))

    def token(self, prefix: str = "", length: int = 40) -> str:
        return prefix + "".join(self._ids.choices(ALPHABET, k=length))

    def shared_secret(self) -> str:
        return "".join(self._ids.choices(BASE32, k=16))

    def code(self, digits: int) -> str:
        return "".join(self._codes.choices("0123456789", k=digits))

    def three_numbers(self) -> tuple[int, int, int]:
        """The choices of a number challenge, two digits each at most and all different."""
        first, second, third = self._codes.sample(range(100), 3)
        return first, second, third

    def pick(self, choices: tuple[int, ...]) -> int:
        return self._codes.choice(choices)

    def request_id(self) -> str:
        self._requests += 1
        return f"req{self._run}{self._requests:08d}"

    def error_id(self) -> str:
        self._requests += 1
        return f"oae{self._run}{self._requests:08d}"

    def event_id(self) -> str:
        """Of an entry of the System Log: a UUID."""
        return str(UUID(int=self._events.getrandbits(128), version=4))

    def state(self) -> tuple[object, ...]:
        return self._ids.getstate(), self._codes.getstate(), self._events.getstate(), self._requests

    def restore(self, state: tuple[object, ...]) -> None:
        for stream, own in zip((self._ids, self._codes, self._events), state, strict=False):
            stream.setstate(own)  # type: ignore[arg-type]  # random keeps its state's type to itself
        self._requests = state[3]  # type: ignore[assignment]
