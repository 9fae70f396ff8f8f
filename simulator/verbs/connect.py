"""`<Connect>`: give the call to something else until that ends, then go on. Source: Twilio docs, TwiML Connect.

`<Stream>` and `<ConversationRelay>` are simulated; the other nouns are refused by name. Where the stream cannot be
opened the call goes on as if it had ended (confidence L).
"""

from collections.abc import Mapping

from simulator.twiml.attributes import METHOD, Finding, anything, attribute, read_attributes
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs.relay.noun import ConversationRelay, read_relay
from simulator.verbs.relay.session import converse
from simulator.verbs.script import Flow, Goto, Leg, Script, Stop, TurnAway, Wait
from simulator.verbs.signals import StreamOver
from simulator.verbs.stream.noun import Stream, read_nouns
from simulator.vocabulary import Method, Pressed, Spoke, Talked

REFUSED = frozenset(
    (
        "AiSession",
        "Assistant",
        "Autopilot",
        "Conversation",
        "ConversationRelaySession",
        "Room",
        "VirtualAgent",
    )
)


@frozen
class Connect:
    """What the call is given to."""

    line: int
    stream: Stream | None = None
    relay: ConversationRelay | None = None
    refused: str = ""
    action: str = attribute("action", anything, default="", invalid=11100)
    method: Method = attribute("method", METHOD, default="POST")


def read(element: Element, findings: list[Finding]) -> Connect:
    """The verb with its one noun."""
    nouns = read_nouns(element, findings, REFUSED, known=("Stream", "ConversationRelay"))
    findings.extend(Finding(12200, f"<{name}> inside <Connect>", element.line) for name in nouns.unknown)
    if not element.children:
        findings.append(Finding(12200, "<Connect> without a noun", element.line))
    stream = nouns.streams[0] if nouns.streams else None
    relays = [read_relay(child, findings) for child in element.children if child.name == "ConversationRelay"]
    if stream is not None and stream.track != "inbound_track":
        findings.append(Finding(31941, f'track="{stream.track}" on <Stream> inside <Connect>', stream.line))
    attributes = read_attributes(Connect, element, findings)
    relay = relays[0] if relays and stream is None else None
    refused = "" if relay is not None else "".join(nouns.refused[:1])
    return Connect(line=element.line, stream=stream, relay=relay, refused=refused, **attributes)


def script(connect: Connect, leg: Leg) -> Script:
    """Wait until the WebSocket is closed; keys and speech reach the application through it."""
    if connect.relay is not None:
        return (yield from _converse(connect, connect.relay, leg))
    leg.connect()
    if connect.refused:
        return Stop(f"<Connect><{connect.refused}> is not simulated", connect.line)
    sid = None if connect.stream is None else leg.streams.start(connect.stream, is_two_way=True)
    if sid is None:
        return _after(connect)
    try:
        while True:
            event = yield Wait(None, (StreamOver, Pressed, Spoke, Talked), for_caller=True)
            if event == StreamOver(sid):
                break
    except GeneratorExit:  # the call is over, or the REST API leads it elsewhere
        leg.streams.stop(sid)
        raise
    return _after(connect)


def _converse(connect: Connect, relay: ConversationRelay, leg: Leg) -> Script:
    """A caller whose first document leads to no session hears busy, unless an action takes over (CR35, M)."""
    told: dict[str, str] = {}
    try:
        ending = yield from converse(relay, leg, told)
        told = ending.told
        yield Wait(ending.pause)
    except GeneratorExit:
        if leg.is_ending and leg.is_answered and connect.action:
            leg.farewell(Goto(connect.action, connect.method, told, connect.line))
        raise
    if not connect.action and not leg.is_answered:
        return TurnAway(is_busy=True)
    return _after(connect, told)


def _after(connect: Connect, told: Mapping[str, str] | None = None) -> Flow:
    if not connect.action:
        return None
    return Goto(connect.action, connect.method, told or {}, connect.line)
