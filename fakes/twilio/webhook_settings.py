"""The webhook settings of numbers and applications: which field of a form sets which field of a record, and checks."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from fakes.twilio.errors import refusal
from fakes.twilio.form import Form

Kind: TypeAlias = Literal["url", "method", "flag", "text"]
LONGEST_NAME = 64
COMMON: Mapping[str, tuple[str, Kind]] = {
    "FriendlyName": ("friendly_name", "text"),
    "VoiceUrl": ("voice_url", "url"),
    "VoiceMethod": ("voice_method", "method"),
    "VoiceFallbackUrl": ("voice_fallback_url", "url"),
    "VoiceFallbackMethod": ("voice_fallback_method", "method"),
    "VoiceCallerIdLookup": ("voice_caller_id_lookup", "flag"),
    "StatusCallback": ("status_callback", "url"),
    "StatusCallbackMethod": ("status_callback_method", "method"),
    "SmsUrl": ("sms_url", "url"),
    "SmsMethod": ("sms_method", "method"),
    "SmsFallbackUrl": ("sms_fallback_url", "url"),
    "SmsFallbackMethod": ("sms_fallback_method", "method"),
}


def read_changes(form: Form, more: Mapping[str, tuple[str, Kind]]) -> dict[str, Any]:
    """The record's fields that the form sets, with values of each field's own type. An empty URL clears it.

    `localhost` is taken here, unlike in calls: that Twilio checks no more than the form of a URL is our guess (L).
    """
    changes: dict[str, Any] = {}
    for name, (field, kind) in {**COMMON, **more}.items():
        if name not in form:
            continue
        if kind == "url":
            changes[field] = form.url(name, 21402) or ""
        elif kind == "method":
            changes[field] = form.method(name, 21403)
        elif kind == "flag":
            changes[field] = form.flag(name)
        else:
            changes[field] = form.text(name)
    if len(changes.get("friendly_name", "")) > LONGEST_NAME:
        raise refusal(20001, f"FriendlyName is longer than {LONGEST_NAME} characters")
    return changes
