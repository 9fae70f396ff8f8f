"""The one seeded source of everything that Twilio would draw at random."""

from random import Random


class Ids:
    """Sids, tokens and UUIDs in an order that depends on the seed alone."""

    def __init__(self, seed: int = 0) -> None:
        self._random = Random(seed)

    def sid(self, prefix: str) -> str:
        """A Twilio sid: two letters and 32 hexadecimal digits."""
        return f"{prefix}{self._random.getrandbits(128):032x}"

    def uuid(self) -> str:
        """A version 4 UUID."""
        bits = f"{self._random.getrandbits(128):032x}"
        variant = "89ab"[int(bits[16], 16) % 4]
        return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-{variant}{bits[17:20]}-{bits[20:]}"

    def token(self) -> str:
        """Letters that stand where Twilio would put a signed token nobody but Twilio reads."""
        return f"{self._random.getrandbits(256):064x}"
