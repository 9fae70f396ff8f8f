"""What the far end of a leg that is rung answers, in SIP's codes, and what the application hears of it.

The codes are those of published status callbacks; where none is published, SIP's own (RFC 3261). Confidence: answered,
busy and given up H; declined and failed M (applications branch on them); no-answer L (one application knows 480 with
CallStatus failed).
"""

from collections.abc import Mapping
from typing import NamedTuple

from simulator.verbs.dial.parties import Party, Sip
from simulator.vocabulary import Refusal, Status

ANSWERED = 200
GIVEN_UP = 487
"""Nobody answered in time, or whoever had it rung gave up."""
UNAVAILABLE = 480


class Refused(NamedTuple):
    """CallStatus and SipResponseCode of a leg that its far end does not take."""

    status: Status
    code: int


REFUSED: Mapping[Refusal, Refused] = {
    "busy": Refused("busy", 486),
    "declined": Refused("busy", 603),
    "no-answer": Refused("no-answer", UNAVAILABLE),
    "failed": Refused("failed", 404),
}
_NO_HEADERS: Mapping[str, str] = {}


def is_passed_on(header: str) -> bool:
    """Whether the application hears of this header of an answer."""
    return header[:2].upper() == "X-"


def dial_parameters(party: Party, sid: str, code: int, headers: Mapping[str, str] = _NO_HEADERS) -> dict[str, str]:
    """What the action of a Dial is told when the leg `sid` to a SIP address has answered so (Twilio docs, TwiML Sip).

    The Call-ID has the form of a published one (M).
    """
    if not isinstance(party, Sip):
        return {}
    passed_on = {f"DialSipHeader_{name}": text for name, text in headers.items() if is_passed_on(name)}
    return {"DialSipCallId": f"{sid[2:]}@0.0.0.0", "DialSipResponseCode": str(code)} | passed_on
