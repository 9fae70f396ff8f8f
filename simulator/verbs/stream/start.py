"""`<Start>` and `<Stop>`: what runs beside the call and does not hold it up. Source: Twilio docs, TwiML Start, Stop.

Only `<Stream>` is simulated; the other nouns are refused by name.
"""

from dataclasses import dataclass

from simulator.twiml.attributes import METHOD, Finding, anything, attribute, read_attributes
from simulator.twiml.parse import Element
from simulator.verbs.script import Fail, Flow, Leg
from simulator.verbs.script import Stop as NotSimulated
from simulator.verbs.stream.noun import Nouns, read_nouns

REFUSED = frozenset(("Siprec", "Transcription", "Recording"))
_NO_NOUNS = Nouns((), "", "")


@dataclass(frozen=True, slots=True)
class Start:
    """What begins; Twilio's page gives it action and method, which lead nowhere since the call does not wait."""

    line: int
    nouns: Nouns = _NO_NOUNS
    action: str = attribute("action", anything, default="", invalid=11100)
    method: str = attribute("method", METHOD, default="POST")


@dataclass(frozen=True, slots=True)
class Stop:
    """What ends."""

    line: int
    nouns: Nouns = _NO_NOUNS


def read_start(element: Element, findings: list[Finding]) -> Start:
    """The verb; a noun it does not know is only fatal when it is reached."""
    nouns = read_nouns(element, findings, REFUSED)
    return Start(line=element.line, nouns=nouns, **read_attributes(Start, element, findings))


def read_stop(element: Element, findings: list[Finding]) -> Stop:
    """The verb."""
    nouns = read_nouns(element, findings, REFUSED)
    return Stop(line=element.line, nouns=nouns, **read_attributes(Stop, element, findings))


def start(verb: Start, leg: Leg) -> Flow:
    """The next verb runs at once, whatever becomes of the stream."""
    bad = _bad(verb.nouns, "Start", verb.line)
    if bad is not None:
        return bad
    for noun in verb.nouns.streams:
        leg.streams.start(noun, is_two_way=False)
    return None


def stop(verb: Stop, leg: Leg) -> Flow:
    """Ends streams by their names; one that is not running is only remarked (Twilio's way is not documented, L)."""
    bad = _bad(verb.nouns, "Stop", verb.line)
    if bad is not None:
        return bad
    for noun in verb.nouns.streams:
        if not leg.streams.stop_named(noun.name):
            leg.remark(
                f"no stream named {noun.name!r} is running", noun.line, "give <Stream> the name it was started with"
            )
    return None


def _bad(nouns: Nouns, verb: str, line: int) -> Flow:
    if nouns.unknown or not (nouns.streams or nouns.refused):
        return Fail(14300, f"<{nouns.unknown}> inside <{verb}>" if nouns.unknown else f"<{verb}> without a noun", line)
    return NotSimulated(f"<{verb}><{nouns.refused}> is not simulated", line) if nouns.refused else None
