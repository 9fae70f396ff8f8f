"""`<Start>` and `<Stop>`: what runs beside the call and does not hold it up. Source: Twilio docs, TwiML Start, Stop.

Only `<Stream>` is simulated. What is not, and what is not a noun at all, is left out with a warning by name: nothing
that runs beside a call ends it on Twilio, even when it is refused (an invalid noun: our choice, confidence L).
"""

from simulator.twiml.attributes import METHOD, Finding, anything, attribute, read_attributes
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs.script import Flow, Leg
from simulator.verbs.stream.noun import Nouns, read_nouns
from simulator.vocabulary import Method

REFUSED = frozenset(("Siprec", "Transcription", "Recording"))
_NO_NOUNS = Nouns()


@frozen
class Start:
    """What begins; Twilio's page gives it action and method, which lead nowhere since the call does not wait."""

    line: int
    nouns: Nouns = _NO_NOUNS
    action: str = attribute("action", anything, default="", invalid=11100)
    method: Method = attribute("method", METHOD, default="POST")


@frozen
class Stop:
    """What ends."""

    line: int
    nouns: Nouns = _NO_NOUNS


def read_start(element: Element, findings: list[Finding]) -> Start:
    """The verb; what it cannot do is said when it is reached."""
    nouns = read_nouns(element, findings, REFUSED)
    return Start(line=element.line, nouns=nouns, **read_attributes(Start, element, findings))


def read_stop(element: Element, findings: list[Finding]) -> Stop:
    """The verb."""
    nouns = read_nouns(element, findings, REFUSED)
    return Stop(line=element.line, nouns=nouns, **read_attributes(Stop, element, findings))


def start(verb: Start, leg: Leg) -> Flow:
    """The next verb runs at once, whatever becomes of the stream."""
    _say_what_is_left_out(verb.nouns, "Start", verb.line, leg)
    for noun in verb.nouns.streams:
        leg.streams.start(noun, is_two_way=False)
    return None


def stop(verb: Stop, leg: Leg) -> Flow:
    """Ends streams by their names; one that is not running is only remarked (Twilio's way is not documented, L)."""
    _say_what_is_left_out(verb.nouns, "Stop", verb.line, leg)
    for noun in verb.nouns.streams:
        if not leg.streams.stop_named(noun.name):
            leg.remark(
                f"no stream named {noun.name!r} is running", noun.line, "give <Stream> the name it was started with"
            )
    return None


def _say_what_is_left_out(nouns: Nouns, verb: str, line: int, leg: Leg) -> None:
    for name in nouns.unknown:
        leg.warn(14300, f"<{name}> inside <{verb}>", line)
    if nouns.is_empty:
        leg.warn(14300, f"<{verb}> without a noun", line)
    for name in nouns.refused:
        leg.remark(f"<{verb}><{name}> is not simulated: the call goes on without it", line)
