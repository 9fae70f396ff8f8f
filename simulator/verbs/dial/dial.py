"""`<Dial>`: ring somebody, join the legs when they answer, go on when they part. Source: Twilio docs, TwiML Dial."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import field
from typing import Literal

from simulator.twiml.attributes import (
    METHOD,
    Finding,
    anything,
    attribute,
    attributes_in_force,
    boolean,
    boolean_or,
    matching,
    one_of,
    read_attributes,
    whole_number,
)
from simulator.twiml.content import read_text
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs import recording
from simulator.verbs.dial import conference, queue, sip
from simulator.verbs.dial.detection import asked_detection
from simulator.verbs.dial.options import DialOptions
from simulator.verbs.dial.parties import (
    Client,
    Number,
    Party,
    Sip,
    SipUri,
    given_to,
    is_dialable,
    number_of,
    read_client,
    read_number,
    read_sip,
)
from simulator.verbs.script import Fail, Flow, Goto, Incoming, Leg, Outgoing, Script, StatusCallback, Stop, Wait
from simulator.verbs.signals import LegAnswered, LegEnded, LegReady
from simulator.vocabulary import Bridged, Dialling, Method, Parted, Pressed

MOST_PARTIES = 10


@frozen
class Dial:
    """The parties to ring, and how; the attributes of Twilio's page."""

    line: int
    parties: tuple[Party, ...] = ()
    room: conference.ConferenceNoun | queue.QueueNoun | None = None
    refused: str = ""
    action: str = attribute("action", anything, default="", invalid=11100)
    method: Method = attribute("method", METHOD, default="POST", invalid=13210)
    timeout: int = attribute("timeout", whole_number(5, 600), default=30, invalid=13212)
    time_limit: int = attribute("timeLimit", whole_number(1, 14400), default=14400, invalid=13216)
    hangup_on_star: bool = attribute("hangupOnStar", boolean, default=False, invalid=13213)
    caller_id: str = attribute("callerId", anything, default="", invalid=13214)
    answer_on_bridge: bool = attribute("answerOnBridge", boolean, default=False, invalid=13219)
    ring_tone: str = attribute("ringTone", matching(r"automatic|[a-z]{2}(-old)?"), default="automatic", invalid=13220)
    sequential: bool = attribute("sequential", boolean, default=False, invalid=13218)
    record: str = attribute(
        "record",
        boolean_or(
            "do-not-record",
            "record-from-answer",
            "record-from-ringing",
            "record-from-answer-dual",
            "record-from-ringing-dual",
        ),
        default="do-not-record",
        invalid=13217,
    )
    recording_track: str = attribute(
        "recordingTrack", one_of("inbound", "outbound", "both"), default="both", invalid=13622
    )
    trim: str = attribute("trim", one_of("trim-silence", "do-not-trim"), default="do-not-trim", invalid=13699)
    recording_status_callback: str = attribute("recordingStatusCallback", anything, default="", invalid=13256)
    recording_status_callback_method: Method = attribute("recordingStatusCallbackMethod", METHOD, default="POST")
    recording_status_callback_event: str = attribute(
        "recordingStatusCallbackEvent", recording.recording_events, default="completed", invalid=13621
    )
    refer_url: str = attribute("referUrl", anything, default="")
    refer_method: Method = attribute("referMethod", METHOD, default="POST")
    call_reason: str = attribute("callReason", matching(r".{0,50}"), default="")
    events: str = attribute("events", anything, default="")
    passports: str = attribute("passports", anything, default="")
    recording_configuration_id: str = attribute("recordingConfigurationId", anything, default="")


_READERS: Mapping[str, Callable[[Element, list[Finding]], Party]] = {
    "Number": read_number,
    "Client": read_client,
    "Sip": read_sip,
}
_ROOMS: Mapping[str, Callable[[Element, list[Finding]], conference.ConferenceNoun | queue.QueueNoun]] = {
    "Conference": conference.read,
    "Queue": queue.read,
}
NOUNS: Mapping[str, type] = {
    "Number": Number,
    "Client": Client,
    "Sip": Sip,
    "Uri": SipUri,
    "Conference": conference.ConferenceNoun,
    "Queue": queue.QueueNoun,
}
"""The dataclass of each noun, for whoever wants to know the attributes."""
NOT_SIMULATED = ("Sim", "WhatsApp", "Application")


def read(element: Element, findings: list[Finding]) -> Dial:
    """The verb; a bare number in its text is the same as one Number."""
    parties: list[Party] = []
    rooms: list[conference.ConferenceNoun | queue.QueueNoun] = []
    refused = ""
    number = read_text(element, findings, known=(*_READERS, *_ROOMS, *NOT_SIMULATED), code=13215)
    for child in element.children:
        if child.name in _READERS:
            parties.append(_READERS[child.name](child, findings))
        elif child.name in _ROOMS:
            rooms.append(_ROOMS[child.name](child, findings))
        elif child.name in NOT_SIMULATED:
            refused = child.name
    if len(rooms) > 1 or (rooms and parties):
        findings.append(Finding(13000, "<Conference> or <Queue> beside other nouns of <Dial>", element.line))
    if number and not parties and not rooms:
        parties.append(Number(called=number_of(number), line=element.line))
    attributes = read_attributes(Dial, element, findings)
    return Dial(
        line=element.line,
        parties=tuple(parties),
        room=rooms[0] if rooms else None,
        refused=refused,
        **attributes,
    )


@frozen
class Outcome:
    """How the dialled part of the call went; `sid` is the leg that was talked to, or the last one tried."""

    status: str
    sid: str | None = None
    seconds: float = 0.0
    bridged: bool = False
    recording_url: str = ""
    sip: Mapping[str, str] = field(default_factory=dict)
    """What a SIP address has answered, as the action is told."""


def script(dial: Dial, leg: Leg) -> Script:
    """Ring, join, part; then the action with the outcome, or the next verb."""
    if leg.is_child:
        return Fail(13201, "<Dial> in the whisper document of another Dial", dial.line)
    if dial.refused:
        return Stop(f"<Dial><{dial.refused}> is not simulated yet", dial.line)
    if dial.room is not None:  # beside other nouns it alone is dialled: our choice (L)
        return (yield from _enter(dial, dial.room, leg))
    if not dial.answer_on_bridge:
        leg.connect()
    outcome = yield from _ring_all(dial, leg)
    return _after(dial, outcome)


def _enter(dial: Dial, room: conference.ConferenceNoun | queue.QueueNoun, leg: Leg) -> Script:
    action = Goto(dial.action, dial.method, line=dial.line) if dial.action else None
    options = DialOptions(
        dial.line, action, dial.timeout, dial.time_limit, dial.hangup_on_star, attributes_in_force(dial)
    )
    match room:
        case conference.ConferenceNoun():
            return (yield from conference.attend(room, options, leg))
        case queue.QueueNoun():
            return (yield from queue.dequeue(room, options, leg))


def _after(dial: Dial, outcome: Outcome) -> Flow:
    return Goto(dial.action, dial.method, _params(outcome), dial.line) if dial.action else None


def _ring_all(dial: Dial, leg: Leg) -> Generator[Wait, Incoming, Outcome]:
    parties = _at_most_ten(dial, leg)
    groups = [[party] for party in parties] if dial.sequential else [parties]
    outcome = Outcome("failed")
    recorder = _recorder(dial, leg)
    recorder.start("ringing")
    try:
        for group in groups:
            outcome = yield from _ring(dial, group, leg, recorder)
            if outcome.bridged:
                break
    finally:
        recorder.give_up()
    return outcome


def _at_most_ten(dial: Dial, leg: Leg) -> list[Party]:
    """Twilio's page gives the limit; what becomes of the others is not documented (confidence L)."""
    left_out = [party.called for party in dial.parties[MOST_PARTIES:]]
    if left_out:
        leg.remark(f"<Dial> rings {MOST_PARTIES} at most: {', '.join(left_out)} left out", dial.line, "dial fewer")
    return list(dial.parties[:MOST_PARTIES])


def _recorder(dial: Dial, leg: Leg) -> "DialRecorder":
    method, events = dial.recording_status_callback_method, dial.recording_status_callback_event
    told = recording.Told(dial.recording_status_callback, method, events, dial.line)
    return DialRecorder(leg, dial.record, told, dial.recording_track)


def _ring(dial: Dial, parties: list[Party], leg: Leg, recorder: "DialRecorder") -> Generator[Wait, Incoming, Outcome]:
    """Ring several parties at once; whoever answers first is talked to, the others are given up."""
    ringing: dict[str, Party] = {}
    for party in parties:
        if is_dialable(party):
            sid = leg.dial(_outgoing(dial, party, leg))
            ringing[sid] = party
            leg.emit(_dialling(dial, party, leg.sid, sid))
        else:
            leg.warn(13224, f"{party.called!r} cannot be dialled", party.line)
    outcome = Outcome("failed")
    try:
        while ringing:
            event = yield Wait(None, (LegAnswered, LegEnded))
            if isinstance(event, LegAnswered) and event.sid in ringing:
                for other in ringing:
                    if other != event.sid:
                        leg.drop(other)
                ringing = {event.sid: ringing[event.sid]}
                told = sip.dial_parameters(ringing[event.sid], event.sid, sip.ANSWERED, event.sip_headers)
                outcome = yield from _talk(dial, event.sid, leg, recorder, told)
                ringing = {}
            elif isinstance(event, LegEnded) and event.sid in ringing:
                told = sip.dial_parameters(ringing.pop(event.sid), event.sid, event.sip_code)
                outcome = Outcome(event.status, event.sid, sip=told)
    finally:
        for sid in ringing:
            leg.drop(sid)
    return outcome


def _talk(
    dial: Dial, sid: str, leg: Leg, recorder: "DialRecorder", told: Mapping[str, str]
) -> Generator[Wait, Incoming, Outcome]:
    """From the answer to the parting; a leg that ends during its whisper was never talked to."""
    answered = leg.now
    while True:
        event = yield Wait(None, (LegReady, LegEnded))
        if isinstance(event, LegReady) and event.sid == sid:
            break
        if isinstance(event, LegEnded) and event.sid == sid:
            return Outcome("no-answer", sid, event.seconds, sip=told)  # which status Twilio gives is not documented (L)
    leg.connect()
    leg.emit(Bridged(leg.sid, sid))
    recorder.start("answer")
    joined = leg.now
    try:
        yield from _until_parted(dial, sid)
    except GeneratorExit:  # the caller hung up or was redirected: the action hears of it, but cannot act
        leg.emit(Parted(leg.sid, sid, round(leg.now - joined, 3)))
        ended = Outcome("completed", sid, leg.now - answered, bridged=True, recording_url=recorder.stop(), sip=told)
        if dial.action:
            leg.farewell(Goto(dial.action, dial.method, _params(ended)))
        raise
    leg.emit(Parted(leg.sid, sid, round(leg.now - joined, 3)))
    leg.drop(sid)
    return Outcome("completed", sid, leg.now - answered, bridged=True, recording_url=recorder.stop(), sip=told)


def _until_parted(dial: Dial, sid: str) -> Generator[Wait, Incoming, None]:
    while True:
        news = (LegEnded, Pressed) if dial.hangup_on_star else (LegEnded,)
        event = yield Wait(dial.time_limit, news, for_caller=True)
        match event:
            case LegEnded(ended) if ended != sid:
                continue
            case Pressed(key) if key != "*":
                continue
            case _:
                return


def _outgoing(dial: Dial, party: Party, leg: Leg) -> Outgoing:
    first = Goto(leg.resolve(party.url) or party.url, party.method) if party.url else None
    callback = None
    if party.status_callback and (url := leg.resolve(party.status_callback)) is not None:
        callback = StatusCallback(url, party.status_callback_method, party.status_callback_event)
    detection = None if isinstance(party, Client) else asked_detection(party, leg)
    if isinstance(party, Sip) and party.others:
        leg.remark(f"only the first <Uri> is tried here, not {', '.join(party.others)}", party.line)
    caller = dial.caller_id or leg.caller
    return Outgoing(party.called, caller, dial.timeout, first, callback, detection, given_to(party))


def _dialling(dial: Dial, party: Party, sid: str, other: str) -> Dialling:
    attributes = attributes_in_force(party) | attributes_in_force(dial)
    attributes.pop("password", None)  # a SIP password is in no journal
    return Dialling(sid, other, type(party).__name__, party.called, attributes, given_to(party))


def _params(outcome: Outcome) -> dict[str, str]:
    params = {"DialCallStatus": outcome.status}
    if outcome.sid is not None:
        params["DialCallSid"] = outcome.sid
        params["DialCallDuration"] = str(int(outcome.seconds + 0.5))
        params["DialBridged"] = "true" if outcome.bridged else "false"
    if outcome.recording_url:
        params["RecordingUrl"] = outcome.recording_url
    return {**params, **outcome.sip}


class DialRecorder:
    """Records the leg as far as `record` asks for it; both channels apart with `-dual`. Begins once, ends once.

    `record-from-answer` begins when the two are joined, after any whisper; a Dial that nobody answers leaves no
    recording, also with `record-from-ringing` (neither is documented, confidence L).
    """

    def __init__(self, leg: Leg, record: str, told: recording.Told, track: str) -> None:
        self._leg = leg
        self._record = "record-from-answer" if record == "true" else record
        self._told = told
        self._track = track
        self._tape: recording.Tape | None = None

    def start(self, moment: Literal["ringing", "answer"]) -> None:
        """That moment has come."""
        if self._tape is None and self._record.startswith(f"record-from-{moment}"):
            channels = 2 if self._record.endswith("-dual") else 1
            self._tape = recording.start(self._leg, "DialVerb", self._told, channels=channels, track=self._track)

    def stop(self) -> str:
        """The two have parted: returns the recording's URL, or nothing."""
        tape, self._tape = self._tape, None
        if tape is None:
            return ""
        seconds = self._leg.now - tape.began
        return recording.finish(self._leg, tape, seconds, untranscribed="what <Dial> records never is").url

    def give_up(self) -> None:
        """Nobody was talked to."""
        tape, self._tape = self._tape, None
        if tape is not None:
            recording.give_up(self._leg, tape)
