"""`<Stream>` as it is written: where to, what of, with which parameters. Source: Twilio docs, TwiML Stream.

Other nouns of the three verbs are known by name and refused.
"""

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

from simulator.twiml.attributes import METHOD, Finding, anything, attribute, one_of, read_attributes
from simulator.twiml.parse import Element


@dataclass(frozen=True, slots=True)
class Stream:
    """The noun; `parameters` are the pairs of its Parameter children."""

    line: int
    parameters: tuple[tuple[str, str], ...] = ()
    url: str = attribute("url", anything, default="", invalid=31923)
    name: str = attribute("name", anything, default="")
    connector_name: str = attribute("connectorName", anything, default="")
    track: str = attribute(
        "track", one_of("inbound_track", "outbound_track", "both_tracks"), default="inbound_track", invalid=31941
    )
    status_callback: str = attribute("statusCallback", anything, default="", invalid=11100)
    status_callback_method: str = attribute("statusCallbackMethod", METHOD, default="POST")


def read_stream(element: Element, findings: list[Finding]) -> Stream:
    """The noun with its parameters; pairs without a name are left out."""
    pairs = []
    for child in element.children:
        if child.name == "Parameter" and child.attributes.get("name"):
            pairs.append((child.attributes["name"], child.attributes.get("value", "")))
        else:
            findings.append(Finding(12200, f"<{child.name}> inside <Stream>", child.line))
    return Stream(line=element.line, parameters=tuple(pairs), **read_attributes(Stream, element, findings))


class Nouns(NamedTuple):
    """What stands inside one of the verbs: streams, the first noun that is refused, the first that is none."""

    streams: tuple[Stream, ...]
    refused: str
    unknown: str


def read_nouns(element: Element, findings: list[Finding], refusable: frozenset[str]) -> Nouns:
    """All nouns of a verb."""
    names = [child.name for child in element.children]
    streams = tuple(read_stream(child, findings) for child in element.children if child.name == "Stream")
    refused = next((name for name in names if name in refusable), "")
    unknown = next((name for name in names if name != "Stream" and name not in refusable), "")
    return Nouns(streams, refused, unknown)


class Address(NamedTuple):
    """Where a stream connects to: the wss URL that is signed, and whether it is reached without TLS.

    `code`: Twilio's for a URL that is of no use; `dropped_query`: Twilio takes no query strings here.
    """

    url: str = ""
    is_plain: bool = False
    code: int | None = None
    dropped_query: str = ""


def address_of(reference: str, base: str | None) -> Address:
    """The WebSocket of a `url` attribute in the document at `base`.

    Only wss is accepted, as on Twilio. An application whose documents come over plain http is reached without TLS at
    its own host (simulator policy: there is no tunnel that would end TLS for it).
    """
    try:
        at, base_parts = urlsplit(reference), urlsplit(base or "")
        if not reference or (at.scheme and not at.hostname):
            return Address(code=31923)
        if at.scheme and at.scheme != "wss":
            return Address(code=31922)
        joined = urlsplit(reference if at.scheme else urljoin(base or "", reference))
        if not joined.hostname or joined.port == 0:
            return Address(code=31923)
    except ValueError:
        return Address(code=31923)
    is_plain = base_parts.scheme == "http" and joined.netloc == base_parts.netloc
    url = urlunsplit(("wss", joined.netloc.rpartition("@")[2], joined.path or "/", "", ""))
    return Address(url, is_plain, dropped_query=joined.query)
