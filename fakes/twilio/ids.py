"""All invented values of one account from one seed; no other randomness exists in the fake."""

from random import Random
from uuid import UUID


class Source:
    """Two seeded streams, so that one more request does not change the next sid."""

    def __init__(self, seed: int) -> None:
        self._sids = Random(f"sids {seed}")
        self._requests = Random(f"requests {seed}")

    def sid(self, prefix: str) -> str:
        """Twilio's 34 characters: two letters that tell the kind, then 32 hexadecimal digits."""
        return f"{prefix}{self._sids.getrandbits(128):032x}"

    def request_id(self) -> str:
        return f"RQ{self._requests.getrandbits(128):032x}"

    def uuid(self) -> str:
        """A version 4 UUID, for idempotency tokens."""
        return str(UUID(int=self._requests.getrandbits(128), version=4))

    def state(self) -> object:
        return self._sids.getstate()

    def restore(self, state: object) -> None:
        """Sids start again from there; request ids go on, as the log of a real account would."""
        self._sids.setstate(state)  # type: ignore[arg-type]  # random keeps its state's type to itself
