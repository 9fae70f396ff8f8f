"""Telling the application how a conference gets on: its own parameter set, one sequence for the whole conference.

Source: Twilio docs, TwiML Conference, statusCallback. The words `hold`, `modify`, `mute`, `speaker` and `announcement`
may be asked for; nothing here causes them. In which order Twilio tells of one moment is not documented (L).
"""

from datetime import UTC, datetime
from email.utils import format_datetime

from simulator.rooms.conferences import Conference, Participant
from simulator.verbs.script import Goto, Leg

ALL = frozenset(("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"))


def joined(conference: Conference, who: Participant, leg: Leg) -> None:
    """Somebody has come in."""
    _tell(conference, "join", "participant-join", _of(who), leg)


def started(conference: Conference, leg: Leg) -> None:
    """They hear each other."""
    _tell(conference, "start", "conference-start", {}, leg)


def left(conference: Conference, who: Participant, reason: str, leg: Leg) -> None:
    """Somebody has gone out; `reason` is one of Twilio's words for ReasonParticipantLeft."""
    extra = {"ReasonParticipantLeft": reason, "ParticipantCallStatus": "completed" if leg.is_over else "in-progress"}
    _tell(conference, "leave", "participant-leave", _of(who) | extra, leg)


def ended(conference: Conference, last: Participant, leg: Leg) -> None:
    """Nobody is in it any more; the wording of Reason is ours."""
    culprit = conference.ended_by or last
    if conference.ended_by is None:
        why = ("last-participant-left", "the last participant left")
    else:
        why = ("participant-with-end-conference-on-exit-left", "a participant with endConferenceOnExit left")
    extra = {"ReasonConferenceEnded": why[0], "Reason": why[1], "CallSidEndingConference": culprit.call}
    if culprit.label:
        extra["ParticipantLabelEndingConference"] = culprit.label
    _tell(conference, "end", "conference-end", extra, leg)


def _of(who: Participant) -> dict[str, str]:
    params = {
        "CallSid": who.call,
        "Muted": _word(who.is_muted),
        "Hold": "false",
        "Coaching": _word(who.is_coaching),
        "StartConferenceOnEnter": _word(who.starts),
        "EndConferenceOnExit": _word(who.ends),
    }
    return params | ({"ParticipantLabel": who.label} if who.label else {})


def _tell(conference: Conference, wanted: str, event: str, extra: dict[str, str], leg: Leg) -> None:
    callback = conference.callback
    if callback is None or wanted not in callback.events:
        return
    conference.told += 1
    params = {
        "AccountSid": leg.account,
        "ConferenceSid": conference.sid,
        "FriendlyName": conference.name,
        "StatusCallbackEvent": event,
        "SequenceNumber": str(conference.told),
        "Timestamp": format_datetime(datetime.fromtimestamp(int(leg.now), UTC)),
    }
    leg.tell(Goto(callback.url, callback.method, params | extra), own_set=True)


def _word(flag: bool) -> str:
    return "true" if flag else "false"
