"""Records as Twilio's JSON: snake_case, explicit nulls, strings where Twilio has strings, dates as in RFC 2822."""

from fakes.twilio import phones
from fakes.twilio.account import Account
from fakes.twilio.lists import rfc2822, stamp_or_none
from fakes.twilio.network import Recording
from fakes.twilio.numbers import owner_of
from fakes.twilio.records import Application, Call, Message, Number, segments
from fakes.twilio.request import API

OF_CALL = (
    "Events",
    "Notifications",
    "Payments",
    "Recordings",
    "Siprec",
    "Streams",
    "Transcriptions",
    "UserDefinedMessageSubscriptions",
    "UserDefinedMessages",
)
OF_ACCOUNT = (
    "Addresses",
    "Applications",
    "Calls",
    "Conferences",
    "IncomingPhoneNumbers",
    "Keys",
    "Messages",
    "OutgoingCallerIds",
    "Queues",
    "Recordings",
    "Transcriptions",
)
UNDELIVERED = {30003: "Unreachable destination handset", 30005: "Unknown destination handset", 30006: "Landline"}


def account_body(account: Account) -> dict[str, object]:
    uri = f"{API}/Accounts/{account.sid}"
    return {
        "auth_token": account.auth_token,
        "date_created": rfc2822(account.created),
        "date_updated": rfc2822(account.created),
        "friendly_name": account.settings.friendly_name,
        "owner_account_sid": account.sid,
        "sid": account.sid,
        "status": "active",
        "subresource_uris": {_snake(name): f"{uri}/{name}.json" for name in OF_ACCOUNT},
        "type": "Full",
        "uri": f"{uri}.json",
    }


def call_body(account: Account, account_sid: str, call: Call) -> dict[str, object]:
    """Times and duration are there once they are known; the duration only of calls that somebody answered.

    A call that rings has no length and no caller's name yet: "0" and "".
    """
    base = f"{API}/Accounts/{account_sid}/Calls/{call.sid}"
    ours = owner_of(account, call.to if call.direction == "inbound" else call.caller)
    is_answered = call.answered is not None
    is_ringing = call.status == "ringing"
    duration = str(call.seconds) if call.seconds is not None and is_answered else None
    return {
        "account_sid": account_sid,
        "annotation": None,
        "answered_by": None,
        "api_version": "2010-04-01",
        "caller_name": "" if is_ringing else None,
        "date_created": rfc2822(call.created),
        "date_updated": rfc2822(call.updated),
        "direction": call.direction,
        "duration": "0" if is_ringing else duration,
        "end_time": stamp_or_none(call.ended),
        "forwarded_from": None,
        "from": call.caller,
        "from_formatted": phones.formatted(call.caller),
        "group_sid": None,
        "parent_call_sid": call.parent_sid,
        "phone_number_sid": ours.sid if ours is not None and call.status != "queued" else None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": stamp_or_none(call.started),
        "status": call.status,
        "subresource_uris": {_snake(name): f"{base}/{name}.json" for name in OF_CALL},
        "to": call.to,
        "to_formatted": phones.formatted(call.to),
        "trunk_sid": "",
        "uri": f"{base}.json",
    }


def message_body(account_sid: str, message: Message) -> dict[str, object]:
    base = f"{API}/Accounts/{account_sid}/Messages/{message.sid}"
    code = message.error_code
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": rfc2822(message.created),
        "date_sent": stamp_or_none(message.sent),
        "date_updated": rfc2822(message.updated),
        "direction": message.direction,
        "error_code": code,
        "error_message": None if code is None else UNDELIVERED.get(code, "Unknown error"),
        "from": message.sender,
        "messaging_service_sid": None,
        "num_media": str(len(message.media)),
        "num_segments": str(segments(message.body)),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{base}/Media.json"},
        "to": message.to,
        "uri": f"{base}.json",
    }


def number_body(account_sid: str, number: Number) -> dict[str, object]:
    return {
        "account_sid": account_sid,
        "address_requirements": "none",
        "address_sid": None,
        "api_version": "2010-04-01",
        "beta": False,
        "bundle_sid": None,
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "date_created": rfc2822(number.created),
        "date_updated": rfc2822(number.updated),
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "friendly_name": number.friendly_name,
        "identity_sid": None,
        "origin": "twilio",
        "phone_number": number.phone_number,
        "sid": number.sid,
        "sms_application_sid": number.sms_application_sid,
        "sms_fallback_method": number.sms_fallback_method,
        "sms_fallback_url": number.sms_fallback_url,
        "sms_method": number.sms_method,
        "sms_url": number.sms_url,
        "status": "in-use",
        "status_callback": number.status_callback,
        "status_callback_method": number.status_callback_method,
        "trunk_sid": None,
        "type": "local",
        "uri": f"{API}/Accounts/{account_sid}/IncomingPhoneNumbers/{number.sid}.json",
        "voice_application_sid": number.voice_application_sid,
        "voice_caller_id_lookup": number.voice_caller_id_lookup,
        "voice_fallback_method": number.voice_fallback_method,
        "voice_fallback_url": number.voice_fallback_url,
        "voice_method": number.voice_method,
        "voice_receive_mode": number.voice_receive_mode,
        "voice_url": number.voice_url,
    }


def application_body(account_sid: str, application: Application) -> dict[str, object]:
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "date_created": rfc2822(application.created),
        "date_updated": rfc2822(application.updated),
        "friendly_name": application.friendly_name,
        "message_status_callback": application.message_status_callback,
        "public_application_connect_enabled": application.public_application_connect_enabled,
        "sid": application.sid,
        "sms_fallback_method": application.sms_fallback_method,
        "sms_fallback_url": application.sms_fallback_url,
        "sms_method": application.sms_method,
        "sms_status_callback": application.sms_status_callback,
        "sms_url": application.sms_url,
        "status_callback": application.status_callback,
        "status_callback_method": application.status_callback_method,
        "uri": f"{API}/Accounts/{account_sid}/Applications/{application.sid}.json",
        "voice_caller_id_lookup": application.voice_caller_id_lookup,
        "voice_fallback_method": application.voice_fallback_method,
        "voice_fallback_url": application.voice_fallback_url,
        "voice_method": application.voice_method,
        "voice_url": application.voice_url,
    }


def recording_body(base_url: str, account_sid: str, recording: Recording) -> dict[str, object]:
    base = f"{API}/Accounts/{account_sid}/Recordings/{recording.sid}"
    return {
        **_recording(account_sid, recording),
        "media_url": f"{base_url}{base}",
        "subresource_uris": {
            "add_on_results": f"{base}/AddOnResults.json",
            "transcriptions": f"{base}/Transcriptions.json",
        },
        "uri": f"{base}.json",
    }


def call_recording_body(account_sid: str, recording: Recording) -> dict[str, object]:
    """The same below its call: with the track, without the media."""
    base = f"{API}/Accounts/{account_sid}/Calls/{recording.call_sid}/Recordings/{recording.sid}"
    return {**_recording(account_sid, recording), "track": recording.track, "uri": f"{base}.json"}


def _recording(account_sid: str, recording: Recording) -> dict[str, object]:
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "call_sid": recording.call_sid,
        "channels": recording.channels,
        "conference_sid": recording.conference_sid,
        "date_created": rfc2822(recording.started),
        "date_updated": rfc2822(recording.ended),
        "duration": str(recording.seconds),
        "encryption_details": None,
        "error_code": None,
        "price": None,
        "price_unit": "USD",
        "sid": recording.sid,
        "source": recording.source,
        "start_time": rfc2822(recording.started),
        "status": recording.status,
    }


def _snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() and at else each.lower() for at, each in enumerate(name))
