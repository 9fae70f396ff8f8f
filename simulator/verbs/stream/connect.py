"""`<Connect>`: give the call to something else until that ends, then go on. Source: Twilio docs, TwiML Connect.

Only `<Stream>` is simulated; the other nouns are refused by name. Where the stream cannot be opened the call goes on as
if it had ended (confidence L).
"""

from dataclasses import dataclass
from math import inf

from simulator.twiml.attributes import METHOD, Finding, anything, attribute, read_attributes
from simulator.twiml.parse import Element
from simulator.verbs.script import Flow, Goto, Leg, Script, Stop, Wait
from simulator.verbs.signals import StreamOver
from simulator.verbs.stream.noun import Stream, read_nouns
from simulator.vocabulary import Pressed, Spoke, Talked

REFUSED = frozenset(
    (
        "AiSession",
        "Assistant",
        "Autopilot",
        "Conversation",
        "ConversationRelay",
        "ConversationRelaySession",
        "Room",
        "VirtualAgent",
    )
)


@dataclass(frozen=True, slots=True)
class Connect:
    """What the call is given to."""

    line: int
    stream: Stream | None = None
    refused: str = ""
    action: str = attribute("action", anything, default="", invalid=11100)
    method: str = attribute("method", METHOD, default="POST")


def read(element: Element, findings: list[Finding]) -> Connect:
    """The verb with its one noun."""
    nouns = read_nouns(element, findings, REFUSED)
    if nouns.unknown or not (nouns.streams or nouns.refused):
        found = f"<{nouns.unknown}> inside <Connect>" if nouns.unknown else "<Connect> without a noun"
        findings.append(Finding(12200, found, element.line))
    stream = nouns.streams[0] if nouns.streams else None
    if stream is not None and stream.track != "inbound_track":
        findings.append(Finding(31941, f'track="{stream.track}" on <Stream> inside <Connect>', stream.line))
    attributes = read_attributes(Connect, element, findings)
    return Connect(line=element.line, stream=stream, refused=nouns.refused, **attributes)


def script(connect: Connect, leg: Leg) -> Script:
    """Wait until the WebSocket is closed; keys and speech reach the application through it."""
    if connect.refused:
        return Stop(f"<Connect><{connect.refused}> is not simulated", connect.line)
    sid = None if connect.stream is None else leg.streams.start(connect.stream, is_two_way=True)
    if sid is None:
        return _after(connect)
    try:
        while True:
            event = yield Wait(inf, (StreamOver, Pressed, Spoke, Talked), for_caller=True)
            if event == StreamOver(sid):
                break
    except GeneratorExit:  # the call is over, or the REST API leads it elsewhere
        leg.streams.stop(sid)
        raise
    return _after(connect)


def _after(connect: Connect) -> Flow:
    if not connect.action:
        return None
    return Goto(connect.action, "GET" if connect.method == "GET" else "POST", line=connect.line)
