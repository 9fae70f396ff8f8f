"""`<Stream>` as it is written: where to, what of, with which parameters. Source: Twilio docs, TwiML Stream.

Other nouns of the three verbs are known by name.
"""

from typing import NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

from simulator.twiml.attributes import METHOD, Finding, anything, attribute, one_of, read_attributes, whole_number
from simulator.twiml.content import expect_no_text, read_parameters
from simulator.twiml.parse import Element
from simulator.url_characters import encoded, has_flaw, trimmed
from simulator.values import frozen
from simulator.vocabulary import Method


@frozen
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
    status_callback_method: Method = attribute("statusCallbackMethod", METHOD, default="POST")
    audio_format: str = attribute("audioFormat", anything, default="")
    sample_rate: int | None = attribute("sampleRate", whole_number(1), default=None)

    @property
    def is_of_another_sound(self) -> bool:
        """Another encoding or rate is asked for than every stream here has: mu-law at 8000 Hz."""
        return self.audio_format not in ("", "audio/x-mulaw") or self.sample_rate not in (None, 8000)


def read_stream(element: Element, findings: list[Finding]) -> Stream:
    """The noun with its parameters."""
    parameters = read_parameters(element, findings)
    return Stream(line=element.line, parameters=tuple(parameters.items()), **read_attributes(Stream, element, findings))


class Nouns(NamedTuple):
    """What stands inside one of the verbs: streams, the names of nouns that are refused, the names that are none."""

    streams: tuple[Stream, ...] = ()
    refused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.streams or self.refused or self.unknown)


def read_nouns(
    element: Element, findings: list[Finding], refusable: frozenset[str], *, known: tuple[str, ...] = ("Stream",)
) -> Nouns:
    """All nouns of a verb; those that are known and no streams are read by the verb itself."""
    expect_no_text(element, findings)
    names = [child.name for child in element.children]
    streams = tuple(read_stream(child, findings) for child in element.children if child.name == "Stream")
    refused = tuple(name for name in names if name in refusable)
    unknown = tuple(name for name in names if name not in known and name not in refusable)
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
    reference = trimmed(reference)
    try:
        at, base_parts = urlsplit(reference), urlsplit(base or "")
        if not reference or has_flaw(reference) or (at.scheme and not at.hostname):
            return Address(code=31923)
        if at.scheme and at.scheme != "wss":
            return Address(code=31922)
        joined = urlsplit(encoded(reference if at.scheme else urljoin(base or "", reference)))
        if not joined.hostname or joined.port == 0:
            return Address(code=31923)
    except ValueError:
        return Address(code=31923)
    is_plain = base_parts.scheme == "http" and joined.netloc == base_parts.netloc
    url = urlunsplit(("wss", joined.netloc.rpartition("@")[2], joined.path or "/", "", ""))
    return Address(url, is_plain, dropped_query=joined.query)
