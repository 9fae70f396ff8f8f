"""HTTP authentication with the user and password of a webhook's URL: Basic (RFC 7617) and Digest (RFC 7616).

As on Twilio, the first request goes out without; after a 401 with a challenge it is repeated once, and the rest of the
call stays authenticated at that server (Twilio docs: webhook security). Digest knows MD5 and SHA-256 with qop=auth or
none; a challenge for anything else (auth-int, Bearer) is left unanswered.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import md5, sha256
from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

_HASHES = {"MD5": md5, "SHA-256": sha256}
_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?=\s+[^\s=,]|\s*$)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_PARAMETER = re.compile(r'([A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _User(NamedTuple):
    name: str
    password: str


@dataclass(slots=True)
class _Digest:
    """What a server asked for; `count` is how often its nonce has been used."""

    realm: str
    nonce: str
    algorithm: str
    qop: str | None
    opaque: str | None
    count: int = 0


class Keyring:
    """The users that the URLs of one call named, and how their servers want to be told, both by origin."""

    def __init__(self) -> None:
        self._users: dict[str, _User] = {}
        self._asked: dict[str, _Digest | None] = {}

    def take(self, url: str) -> str:
        """Remember user and password of the URL; returns it without them."""
        parts = urlsplit(url)
        user, at, host = parts.netloc.rpartition("@")
        bare = urlunsplit(parts._replace(netloc=host))
        if at:
            name, _, password = user.partition(":")
            self._users[_origin(bare)] = _User(unquote(name), unquote(password))
        return bare

    def answer(self, url: str, challenges: Iterable[str]) -> bool:
        """Note the `WWW-Authenticate` headers of a 401; True when there is something to answer them with."""
        origin = _origin(url)
        if origin not in self._users:
            return False
        schemes = [scheme for header in challenges for scheme in _schemes(header)]
        for name, parameters in sorted(schemes, key=lambda scheme: scheme[0] != "digest"):  # the stronger one first
            told = self._users[origin].name + "".join(parameters.values())  # what a header of ours would repeat
            if name == "digest" and not _CONTROL.search(told) and (digest := _digest(parameters)) is not None:
                self._asked[origin] = digest
                return True
            if name == "basic":
                self._asked[origin] = None
                return True
        return False

    def header(self, method: str, url: str, draw: Callable[[], str]) -> str | None:
        """The `Authorization` for a request to a server that has asked for one; `draw` gives a client nonce."""
        origin = _origin(url)
        if origin not in self._asked:
            return None
        user, asked = self._users[origin], self._asked[origin]
        if asked is None:
            return "Basic " + b64encode(f"{user.name}:{user.password}".encode()).decode()
        return _digest_header(user, asked, method, url, draw)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _schemes(header: str) -> list[tuple[str, dict[str, str]]]:
    """The challenges of one header: scheme in lower case, parameters with their names in lower case."""
    starts = [*_SCHEME.finditer(_QUOTED.sub(lambda quoted: "_" * len(quoted[0]), header))]
    ends = [*(start.start() for start in starts[1:]), len(header)] if starts else []
    return [
        (start[1].lower(), {name.lower(): _unquoted(quoted) or bare for name, quoted, bare in _PARAMETER.findall(part)})
        for start, end in zip(starts, ends, strict=True)
        for part in (header[start.end() : end],)
    ]


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _digest(parameters: dict[str, str]) -> _Digest | None:
    algorithm = parameters.get("algorithm", "MD5").upper()
    offered = [word.strip() for word in parameters["qop"].split(",")] if "qop" in parameters else None
    if algorithm not in _HASHES or "nonce" not in parameters or (offered is not None and "auth" not in offered):
        return None
    qop = None if offered is None else "auth"
    return _Digest(parameters.get("realm", ""), parameters["nonce"], algorithm, qop, parameters.get("opaque"))


def _digest_header(user: _User, asked: _Digest, method: str, url: str, draw: Callable[[], str]) -> str:
    def hashed(*parts: str) -> str:
        return _HASHES[asked.algorithm](":".join(parts).encode()).hexdigest()

    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secret, what = hashed(user.name, asked.realm, user.password), hashed(method, target)
    fields = {"username": user.name, "realm": asked.realm, "nonce": asked.nonce, "uri": target}
    bare = {"algorithm": asked.algorithm}
    if asked.qop is None:
        fields["response"] = hashed(secret, asked.nonce, what)
    else:
        asked.count += 1
        fields["cnonce"] = draw().replace("-", "")
        bare |= {"qop": asked.qop, "nc": f"{asked.count:08x}"}
        fields["response"] = hashed(secret, asked.nonce, bare["nc"], fields["cnonce"], asked.qop, what)
    if asked.opaque is not None:
        fields["opaque"] = asked.opaque
    quoted = [f'{name}="{_quotable(value)}"' for name, value in fields.items()]
    return "Digest " + ", ".join([*quoted, *(f"{name}={value}" for name, value in bare.items())])


def _quotable(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
