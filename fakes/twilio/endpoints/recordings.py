"""`…/Recordings` over HTTP: what the network has recorded, as JSON and as WAV; the account itself records nothing."""

from collections.abc import Callable, Mapping

from fakes.twilio.bodies import call_recording_body, recording_body
from fakes.twilio.endpoints.accounts import ACCOUNT
from fakes.twilio.endpoints.calls import CALL
from fakes.twilio.errors import not_simulated
from fakes.twilio.lists import newest_first, page
from fakes.twilio.network import Recording
from fakes.twilio.request import ApiCall, Endpoint
from fakes.web import Response, Route, json_response

RECORDING = f"{ACCOUNT}/Recordings/{{RecordingSid}}"
FILTERS: Mapping[str, Callable[[Recording], str]] = {
    "CallSid": lambda recording: recording.call_sid,
    "ConferenceSid": lambda recording: recording.conference_sid or "",
}
MOMENTS: Mapping[str, Callable[[Recording], float | None]] = {"DateCreated": lambda recording: recording.started}


def list_recordings(call: ApiCall) -> Response:
    found = newest_first(_kept(call), call.query(), FILTERS, MOMENTS)
    return json_response(page(call, "recordings", found, lambda each: each.sid, lambda each: _body(call, each)))


def get_call_recording(call: ApiCall) -> Response:
    return json_response(_body(call, _found(call)))


def get_recording(call: ApiCall) -> Response:
    """`.json` is the record; `.wav`, or no extension, is the sound: Twilio gives it without a password by default."""
    found = _found(call)
    if call.extension == "json":
        return json_response(_body(call, found))
    if call.extension not in ("", "wav"):
        raise not_simulated(f"recordings as .{call.extension}")
    network = call.account.network
    sound = network.sound(found.sid) if network is not None else None
    if sound is None:
        raise call.missing()
    return Response(200, (("Content-Type", "audio/x-wav"),), sound)


def _kept(call: ApiCall) -> list[Recording]:
    """What the network has recorded, of one call when the path names one."""
    network, wanted = call.account.network, call.values.get("CallSid")
    return [each for each in network.recordings() if wanted in (None, each.call_sid)] if network is not None else []


def _found(call: ApiCall) -> Recording:
    found = next((each for each in _kept(call) if each.sid == call.values["RecordingSid"]), None)
    if found is None:
        raise call.missing()
    return found


def _body(call: ApiCall, recording: Recording) -> dict[str, object]:
    if "CallSid" in call.values:
        return call_recording_body(call.client.account_sid, recording)
    return recording_body(call.request.base, call.client.account_sid, recording)


ANY_EXTENSION = "any extension"
ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", f"{ACCOUNT}/Recordings", list_recordings),
    Route("GET", f"{CALL}/Recordings", list_recordings),
    Route("GET", f"{CALL}/Recordings/{{RecordingSid}}", get_call_recording),
    Route("GET", RECORDING, get_recording, ANY_EXTENSION),
)
