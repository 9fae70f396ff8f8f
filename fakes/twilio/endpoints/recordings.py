"""`…/Recordings` over HTTP: what the network has recorded, as JSON and as WAV; the account itself records nothing."""

from collections.abc import Callable, Mapping

from fakes.twilio.bodies import recording_body
from fakes.twilio.endpoints.accounts import ACCOUNT
from fakes.twilio.endpoints.calls import CALL
from fakes.twilio.errors import not_simulated
from fakes.twilio.filters import newest_first
from fakes.twilio.network import Recording
from fakes.twilio.paging import page
from fakes.twilio.request import ApiCall, Endpoint
from fakes.web import Response, Route, json_response

RECORDING = f"{ACCOUNT}/Recordings/{{RecordingSid}}"
FILTERS: Mapping[str, Callable[[Recording], str]] = {
    "CallSid": lambda recording: recording.call_sid,
    "ConferenceSid": lambda recording: recording.conference_sid or "",
}
MOMENTS: Mapping[str, Callable[[Recording], float | None]] = {"DateCreated": lambda recording: recording.started}


def list_recordings(call: ApiCall) -> Response:
    kept = call.account.network.recordings() if call.account.network is not None else ()
    wanted = call.values.get("CallSid")
    found = newest_first([each for each in kept if wanted in (None, each.call_sid)], call.query(), FILTERS, MOMENTS)
    return json_response(page(call, "recordings", found, lambda each: each.sid, lambda each: _body(call, each)))


def get_recording(call: ApiCall) -> Response:
    """`.json` is the record; `.wav`, or no extension, is the sound: Twilio gives it without a password by default."""
    network = call.account.network
    kept = network.recordings() if network is not None else ()
    found = next((each for each in kept if each.sid == call.values["RecordingSid"]), None)
    if network is None or found is None:
        raise call.missing()
    if call.extension == "json":
        return json_response(_body(call, found))
    if call.extension not in ("", "wav"):
        raise not_simulated(f"recordings as .{call.extension}")
    sound = network.sound(found.sid)
    if sound is None:
        raise call.missing()
    return Response(200, (("Content-Type", "audio/x-wav"),), sound)


def _body(call: ApiCall, recording: Recording) -> dict[str, object]:
    return recording_body(call.request.base, call.client.account_sid, recording)


ANY_EXTENSION = "any extension"
ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", f"{ACCOUNT}/Recordings", list_recordings),
    Route("GET", f"{CALL}/Recordings", list_recordings),
    Route("GET", RECORDING, get_recording, ANY_EXTENSION),
)
