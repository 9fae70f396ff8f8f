"""`<Dial><Conference>`: come into a room with others, wait until it starts, stay until somebody ends it.

Source: Twilio docs, TwiML Conference. A conference starts when two are in it and one of them may start it; who comes
before that hears the wait document, or music. How it is told about is in conference_events.py.
"""

import re
from collections.abc import Generator

from simulator.rooms.conferences import Callback, Conference, Participant
from simulator.twiml.attributes import (
    METHOD,
    Finding,
    InvalidValueError,
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
from simulator.url_characters import malformed
from simulator.values import frozen
from simulator.verbs import nested
from simulator.verbs.dial import conference_events as events
from simulator.verbs.dial.options import DialOptions
from simulator.verbs.nested import Cut, Over, Page
from simulator.verbs.script import Fail, Flow, Goto, Incoming, Kinds, Leg, News, Script, Stop, TimedOut, Wait
from simulator.verbs.signals import ConferenceEnded, ConferenceStarted
from simulator.vocabulary import Beeped, Hears, Joined, Left, Method, Opened, Pressed

WAIT_VERBS = frozenset(("Play", "Say", "Pause", "Redirect"))


def _events(text: str) -> frozenset[str]:
    words = frozenset(text.split())
    if not words <= events.ALL:
        raise InvalidValueError
    return words


def _label(text: str) -> str:
    if len(text) > 128 or "/" in text or "%2F" in text or re.fullmatch(r"CA[0-9a-f]{32}", text):
        raise InvalidValueError
    return text


@frozen
class ConferenceNoun:
    """Which conference, and on what terms; the attributes of Twilio's page."""

    name: str
    line: int
    muted: bool = attribute("muted", boolean, default=False, invalid=13230)
    beep: str = attribute("beep", boolean_or("onEnter", "onExit"), default="true", invalid=13235)
    starts: bool = attribute("startConferenceOnEnter", boolean, default=True, invalid=13232)
    ends: bool = attribute("endConferenceOnExit", boolean, default=False, invalid=13231)
    participant_label: str = attribute("participantLabel", _label, default="", invalid=16023)
    jitter_buffer_size: str = attribute("jitterBufferSize", one_of("small", "medium", "large", "off"), default="large")
    wait_url: str | None = attribute("waitUrl", anything, default=None, invalid=13233)
    wait_method: Method = attribute("waitMethod", METHOD, default="POST", invalid=13234)
    max_participants: int = attribute("maxParticipants", whole_number(1, 250), default=250)
    record: str = attribute("record", one_of("do-not-record", "record-from-start"), default="do-not-record")
    region: str = attribute("region", matching(r"us1|us2|ie1|de1|sg1|br1|au1|jp1|in1"), default="")
    trim: str = attribute("trim", one_of("trim-silence", "do-not-trim"), default="trim-silence", invalid=13239)
    coach: str = attribute("coach", matching(r"CA[0-9a-f]{32}"), default="", invalid=13240)
    status_callback: str = attribute("statusCallback", anything, default="", invalid=11100)
    status_callback_method: Method = attribute("statusCallbackMethod", METHOD, default="POST")
    status_callback_event: frozenset[str] = attribute("statusCallbackEvent", _events, default=frozenset())
    recording_status_callback: str = attribute("recordingStatusCallback", anything, default="", invalid=13256)
    recording_status_callback_method: Method = attribute("recordingStatusCallbackMethod", METHOD, default="POST")
    recording_status_callback_event: str = attribute("recordingStatusCallbackEvent", anything, default="completed")
    recording_configuration_id: str = attribute("recordingConfigurationId", anything, default="")
    event_callback_url: str = attribute("eventCallbackUrl", anything, default="", invalid=11100)


def read(element: Element, findings: list[Finding]) -> ConferenceNoun:
    """The noun; a conference without a name is reported (13237) and can still be dialled (our choice, L)."""
    name = read_text(element, findings)
    if not name:
        findings.append(Finding(13237, "<Conference> without a name", element.line))
    attributes = read_attributes(ConferenceNoun, element, findings)
    return ConferenceNoun(name=name, line=element.line, **attributes)


def attend(noun: ConferenceNoun, options: DialOptions, leg: Leg) -> Script:
    """Come in, stay, leave; then the action with DialCallStatus, or the next verb."""
    leg.connect()
    if noun.record != "do-not-record":
        leg.remark("recording a conference is not simulated: it goes on unrecorded", noun.line)
    conference = _find(noun, leg)
    refusal = _refusal(noun, conference)
    if refusal is not None:
        leg.warn(refusal.code, refusal.detail, refusal.line)
        return options.then(_status("failed"))  # which status Twilio gives is not documented (L)
    membership = ConferenceMembership(noun, options, conference, leg)
    membership.take()
    try:
        flow = yield from _stay(noun, options, membership, leg)
    except GeneratorExit:  # the caller hung up or was redirected: the action hears of it, but cannot act
        membership.leave("participant_hung_up" if leg.is_over else "participant_updated_via_api")
        farewell = options.then(_status("completed"))
        if farewell is not None:
            leg.farewell(farewell)
        raise
    return flow


def _find(noun: ConferenceNoun, leg: Leg) -> Conference:
    if re.fullmatch(r"CF[0-9a-f]{32}", noun.name) and leg.conferences.find(noun.name) is None:
        leg.warn(13236, f"there is no conference {noun.name}; one of that name is opened", noun.line)
    return leg.conferences.open(noun.name)


def _refusal(noun: ConferenceNoun, conference: Conference) -> Fail | None:
    """Why the conference takes nobody more on these terms; how full it may be is each newcomer's own attribute (L)."""
    if len(conference.participants) >= noun.max_participants:
        return Fail(16020, f"{conference.name!r} has {len(conference.participants)} participants", noun.line)
    if noun.participant_label and conference.has_label(noun.participant_label):
        return Fail(16025, f"{noun.participant_label!r} in {conference.name!r}", noun.line)
    return None


def _stay(
    noun: ConferenceNoun, options: DialOptions, membership: "ConferenceMembership", leg: Leg
) -> Generator[Wait, Incoming, Flow]:
    """Wait for the start, then for the end; timeLimit counts from the coming in (L)."""
    limit = leg.now + options.time_limit
    ends: Kinds = (ConferenceEnded, Pressed) if options.hangup_on_star else (ConferenceEnded,)
    if not membership.conference.is_started:
        waiting = yield from nested.until(
            membership.wait(), leg, (ConferenceStarted, *ends), at=limit, heeds=membership.heeds
        )
        match waiting:
            case Over(Fail() as fault):
                leg.warn(fault.code, fault.detail, fault.line, fault.url)
                membership.leave("participant_add_failed")
                return options.then(_status("failed"))  # the docs say no more than that it is not established (L)
            case Over(flow):
                membership.leave("participant_hung_up")
                assert isinstance(flow, Stop)
                return flow
            case Cut(ConferenceStarted()):
                leg.emit(Opened(leg.sid, membership.conference.sid, membership.conference.name))
            case Cut(by):
                return _go(by, options, membership)
    talking = yield from nested.until(nested.silence(), leg, ends, at=limit, heeds=membership.heeds)
    assert isinstance(talking, Cut)
    return _go(talking.by, options, membership)


def _go(why: News | TimedOut, options: DialOptions, membership: "ConferenceMembership") -> Flow:
    is_over = isinstance(why, ConferenceEnded)
    membership.leave("moderator_ended_conference" if is_over else "participant_hung_up")
    return options.then(_status("answered"))


def _status(status: str) -> dict[str, str]:
    """No DialCallSid: a conference is not a leg (Twilio docs: Dial, action)."""
    return {"DialCallStatus": status}


class ConferenceMembership:
    """One leg's place in one conference, from its coming in to its going out."""

    def __init__(self, noun: ConferenceNoun, options: DialOptions, conference: Conference, leg: Leg) -> None:
        self.conference = conference
        self._noun = noun
        self._options = options
        self._leg = leg
        self._hears = _hears(noun, leg)
        self._participant = Participant(
            leg.sid, leg.now, noun.participant_label, noun.muted, noun.starts, noun.ends, bool(noun.coach)
        )

    def take(self) -> None:
        """Come in; if that starts the conference everybody in it is told."""
        conference, leg, me = self.conference, self._leg, self._participant
        if conference.is_empty and conference.callback is None:
            conference.callback = self._callback()
        starts_now = conference.enter(me)
        hears: Hears = "others" if conference.is_started else self._hears
        attributes = {**self._options.attributes, **attributes_in_force(self._noun)}
        leg.emit(Joined(leg.sid, conference.sid, conference.name, hears, attributes))
        events.joined(conference, me, leg)
        if starts_now:
            events.started(conference, leg)
            leg.emit(Opened(leg.sid, conference.sid, conference.name))
            for other in conference.participants:
                if other is not me:
                    leg.post(other.call, ConferenceStarted(conference.sid))
        self._beep(self._noun.beep in ("true", "onEnter"))

    def heeds(self, news: News) -> bool:
        """Whether this news is for this membership."""
        match news:
            case ConferenceStarted(sid) | ConferenceEnded(sid):
                return sid == self.conference.sid
            case Pressed(key):
                return key == "*"
            case _:
                return False

    def wait(self) -> Generator[Wait, Incoming, nested.Finish]:
        """What is heard before the start: the wait document again and again, or nothing.

        Twilio's page says that silence follows when the document has run out of verbs; captured calls show that it
        is asked for again. We follow the captures (confidence M).
        """
        if self._hears != "document":
            return nested.silence()
        noun = self._noun
        first = Goto(self._leg.resolve(noun.wait_url or ""), noun.wait_method, line=noun.line)
        page = Page(first, WAIT_VERBS, 13238, lambda: {"ConferenceSid": self.conference.sid}, is_music=True)
        return nested.run(page, self._leg)

    def leave(self, reason: str) -> None:
        """Go out; the last one out, or one whose leaving ends it, ends the conference."""
        conference, leg, me = self.conference, self._leg, self._participant
        conference.leave(me.call)
        leg.emit(Left(leg.sid, conference.sid, conference.name, reason, round(leg.now - me.joined_at, 3)))
        events.left(conference, me, reason, leg)
        if me.ends and conference.ended_by is None:
            conference.ended_by = me
            for other in conference.participants:
                leg.post(other.call, ConferenceEnded(conference.sid))
        if me.ends or conference.is_empty:
            leg.conferences.close(conference)
        if conference.is_empty:
            events.ended(conference, me, leg)
        elif conference.ended_by is None:
            self._beep(self._noun.beep in ("true", "onExit"))

    def _beep(self, is_wanted: bool) -> None:
        if is_wanted and self.conference.is_started:
            for each in self.conference.participants:
                self._leg.emit(Beeped(each.call, self.conference.sid))

    def _callback(self) -> Callback | None:
        noun = self._noun
        url = self._leg.resolve(noun.status_callback) if noun.status_callback else None
        if url is None:
            return None
        return Callback(url, noun.status_callback_method, noun.status_callback_event)


def _hears(noun: ConferenceNoun, leg: Leg) -> Hears:
    """What there is to hear before the start; a waitUrl that is none is reported, and music plays."""
    if noun.wait_url is None:
        return "music"
    if noun.wait_url and leg.resolve(noun.wait_url) is None:
        leg.warn(13233, f"waitUrl={malformed(noun.wait_url)}", noun.line)
        return "music"
    return "document" if noun.wait_url else "silence"
