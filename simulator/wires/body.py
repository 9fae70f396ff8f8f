"""A reply's body as it comes in: decompressed, and read no further than wanted. The same on every wire.

gzip and deflate only: Twilio asks for gzip at most, and nobody has asked for anything else (confidence L).
"""

import zlib

from simulator.wires.wire import Headers, WireError

_PLAIN = ("", "identity")
_READABLE = (*_PLAIN, "gzip", "x-gzip", "deflate")
_GZIP_BITS, _ZLIB_BITS, _RAW_BITS = 31, 15, -15


class BodyReader:
    """Collects `most` + 1 bytes of what the body says; raises WireError (11206) when it cannot be decompressed."""

    __slots__ = ("_decoder", "_encoding", "_most", "_parts", "_size", "_url")

    def __init__(self, url: str, headers: Headers, most: int) -> None:
        self._url = url
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0
        self._decoder: zlib._Decompress | None = None
        self._encoding = ""
        for name, value in headers:
            if name.lower() == "content-encoding":
                self._encoding = value.strip().lower()
        if self._encoding not in _READABLE:
            reason = f"{url} compressed its body as {self._encoding[:40]!r}, which Twilio does not ask for"
            raise WireError(11206, reason)

    @property
    def is_full(self) -> bool:
        """There is as much as anybody wants."""
        return self._size > self._most

    def add(self, part: bytes) -> None:
        """Take the next part as it came over the wire."""
        if self._size > self._most or not part:
            return
        if self._encoding not in _PLAIN:
            part = self._decompressed(part)
        self._parts.append(part)
        self._size += len(part)

    def end(self) -> bytes:
        """The body, cut after `most` + 1 bytes."""
        if self._decoder is not None and not self._decoder.eof and not self.is_full:
            raise WireError(11206, f"{self._url} compressed its body as {self._encoding}, and its end is missing")
        return b"".join(self._parts)[: self._most + 1]

    def _decompressed(self, part: bytes) -> bytes:
        if self._decoder is None:
            self._decoder = zlib.decompressobj(_bits(self._encoding, part[0]))
        try:
            return self._decoder.decompress(part, self._most + 1 - self._size)
        except zlib.error:
            raise WireError(11206, f"the body of {self._url} is not valid {self._encoding}") from None


def _bits(encoding: str, first: int) -> int:
    """What zlib calls the format; the header that deflate should have is often left out."""
    if encoding != "deflate":
        return _GZIP_BITS
    return _ZLIB_BITS if first & 0x0F == zlib.DEFLATED else _RAW_BITS
