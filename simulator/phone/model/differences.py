"""Where this simulator is not Twilio, in those places a call comes to. A table; whoever shows it says each once a call.

What the simulator remarks by itself (level `policy`) is shown in the same way and needs no row. Everything else that is
simulated, chosen or guessed is in docs/twiml.md, where every row here has its source.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from simulator.phone.model.calls import PhoneCall
from simulator.vocabulary import (
    Dialling,
    Ended,
    Fetched,
    Joined,
    Listening,
    Queued,
    Recorded,
    Replied,
    StreamStarted,
    Trip,
)

_THIS_MACHINE = re.compile(rb"""https?://(localhost|127\.\d+\.\d+\.\d+|\[::1\])[:/"'<\s]""", re.IGNORECASE)
_TWILIO = "api.twilio.com"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens on a call; `is_token_known`: requests are signed with the application's own auth token."""

    item: object
    call: PhoneCall
    is_token_known: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """`row` is how its row in docs/twiml.md begins: the first cell, or verb and attribute."""

    name: str
    concerns: tuple[type, ...]
    matters: Callable[[Moment], bool]
    sentence: str
    row: str


def differences(moment: Moment) -> Iterator[Difference]:
    """Those that matter at this moment."""
    for difference in _BY_TYPE.get(type(moment.item), ()):
        if difference.matters(moment):
            yield difference


def _refuses_the_signature(moment: Moment) -> bool:
    match moment.item:
        case Replied(status=401 | 403):
            return not moment.is_token_known
        case _:
            return False


def _names_this_machine(moment: Moment) -> bool:
    return isinstance(moment.item, Replied) and _THIS_MACHINE.search(moment.item.body) is not None


def _is_redirected(moment: Moment) -> bool:
    trips = _trips(moment.item)
    return bool(trips) and (trips[0].method, trips[-1].method) == ("POST", "GET")


def _may_be_cached(moment: Moment) -> bool:
    return any(
        trip.method == "GET" and (name.lower() == "etag" or (name.lower() == "cache-control" and "max-age" in value))
        for trip in _trips(moment.item)
        for name, value in trip.reply_headers
    )


def _is_empty(moment: Moment) -> bool:
    return isinstance(moment.item, Replied) and 200 <= moment.item.status < 300 and not moment.item.body


def _is_left_alone(moment: Moment) -> bool:
    return isinstance(moment.item, Fetched) and moment.item.status is None


def _has_twilios_music(moment: Moment) -> bool:
    return isinstance(moment.item, Joined | Queued) and moment.item.hears == "music"


def _takes_speech(moment: Moment) -> bool:
    return isinstance(moment.item, Listening) and moment.item.verb == "Gather" and moment.item.speech


def _calls_as_somebody_else(moment: Moment) -> bool:
    if not isinstance(moment.item, Dialling):
        return False
    return moment.item.attributes.get("callerId") not in (None, "", moment.call.caller, moment.call.called)


def _is_at_twilio(moment: Moment) -> bool:
    return isinstance(moment.item, Recorded) and urlsplit(moment.item.url).hostname == _TWILIO


def _is_recorded_here(moment: Moment) -> bool:
    return isinstance(moment.item, Recorded) and not _is_at_twilio(moment)


def _is_given_up(moment: Moment) -> bool:
    match moment.item:
        case Ended(status="no-answer", ending="hangup"):
            return True
        case _:
            return False


def _always(moment: Moment) -> bool:
    del moment
    return True


def _trips(item: object) -> tuple[Trip, ...]:
    return item.trips if isinstance(item, Replied | Fetched) else ()


DIFFERENCES = (
    Difference(
        "token",
        (Replied,),
        _refuses_the_signature,
        "the requests are signed, but not with the application's auth token: give it with --auth-token",
        "T80",
    ),
    Difference(
        "this machine",
        (Replied,),
        _names_this_machine,
        "the document names an address of this machine, which Twilio cannot reach: make it relative, or public",
        "T48",
    ),
    Difference(
        "redirect",
        (Replied,),
        _is_redirected,
        "a redirect loses what was typed, as at Twilio; that the other parameters go along is a guess",
        "T25",
    ),
    Difference(
        "cache",
        (Replied, Fetched),
        _may_be_cached,
        "Twilio may keep this answer to a GET and not ask again; here every use is a request",
        "caching of GET documents and of sounds (ETag, Cache-Control)",
    ),
    Difference(
        "no body",
        (Replied,),
        _is_empty,
        "an answer without a body ends the call here; nobody documents what Twilio does",
        "T30",
    ),
    Difference(
        "other hosts",
        (Fetched,),
        _is_left_alone,
        "other hosts are not asked here: their sounds count 3 s, their wait music is silence; Twilio plays both",
        "Play",
    ),
    Difference(
        "music",
        (Joined, Queued),
        _has_twilios_music,
        "Twilio plays its own music here; this line is silent",
        "Enqueue waitUrl",
    ),
    Difference(
        "speech",
        (Listening,),
        _takes_speech,
        "words arrive as you write them (w): Twilio's recogniser, its hints and mistakes are not simulated",
        "13340, 13342, 13343",
    ),
    Difference(
        "caller id",
        (Dialling,),
        _calls_as_somebody_else,
        "Twilio dials with this callerId only if the account owns or has verified it; that is not checked here",
        "Dial callerId",
    ),
    Difference(
        "recording elsewhere",
        (Recorded,),
        _is_at_twilio,
        "there is nothing at this RecordingUrl: with --recordings the application can fetch it",
        "where a recording can be fetched",
    ),
    Difference(
        "recording here",
        (Recorded,),
        _is_recorded_here,
        "the recording is on this machine at once, and a quiet tone; Twilio's takes some seconds to be there",
        "recording status `completed`",
    ),
    Difference(
        "stream",
        (StreamStarted,),
        _always,
        "the application gets silence, and a tone while you talk: no voice is sent",
        "sound on a media stream",
    ),
    Difference(
        "given up",
        (Ended,),
        _is_given_up,
        "hung up before the answer: that Twilio calls this no-answer is a guess",
        "caller hangs up before the answer",
    ),
)
_BY_TYPE: Mapping[type, tuple[Difference, ...]] = {
    kind: tuple(each for each in DIFFERENCES if kind in each.concerns)
    for kind in {kind for each in DIFFERENCES for kind in each.concerns}
}
