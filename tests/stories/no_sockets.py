"""A guard for what must not reach any network: connecting and resolving fail while it stands."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


class NetworkRefusedError(AssertionError):
    """Something wanted to leave the process."""


@contextmanager
def no_sockets() -> Iterator[None]:
    """The event loop's own pair of sockets is open already and is not concerned."""

    def refused(*_: object, **__: object) -> NoReturn:
        raise NetworkRefusedError("this test may not use the network")

    guarded = [(socket.socket, "connect"), (socket.socket, "connect_ex"), (socket.socket, "bind"),
               (socket.socket, "sendto"), (socket, "getaddrinfo")]  # fmt: skip
    before = [(place, name, getattr(place, name)) for place, name in guarded]
    for place, name in guarded:
        setattr(place, name, refused)
    try:
        yield
    finally:
        for place, name, original in before:
            setattr(place, name, original)
