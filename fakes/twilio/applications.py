"""TwiML Apps: URLs under a name. Which number uses which app is in `numbers`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from fakes.twilio.account import Account
from fakes.twilio.errors import missing, refusal
from fakes.twilio.network import VoiceRoute
from fakes.twilio.records import Application
from fakes.twilio.request import Form

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


OF_APPLICATIONS: dict[str, tuple[str, Kind]] = {
    "SmsStatusCallback": ("sms_status_callback", "url"),
    "MessageStatusCallback": ("message_status_callback", "url"),
    "PublicApplicationConnectEnabled": ("public_application_connect_enabled", "flag"),
}


def find(account: Account, sid: str, path: str) -> Application:
    found = account.tables.applications.get(sid)
    if found is None:
        raise missing(path)
    return found


def create(account: Account, form: Form) -> Application:
    now = account.now()
    changes = read_changes(form, OF_APPLICATIONS)
    created = replace(Application(account.source.sid("AP"), now, now), **changes)
    account.tables.applications[created.sid] = created
    return created


def update(account: Account, application: Application, form: Form) -> Application:
    changed = replace(application, updated=account.now(), **read_changes(form, OF_APPLICATIONS))
    account.tables.applications[changed.sid] = changed
    return changed


def listed(account: Account, query: Form) -> list[Application]:
    name = query.text("FriendlyName")
    return [each for each in reversed(account.tables.applications.values()) if name in ("", each.friendly_name)]


def voice_route(application: Application, number: str) -> VoiceRoute:
    """Where a call goes that is routed through the application."""
    return VoiceRoute(
        number,
        application.voice_url,
        application.voice_method,
        application.voice_fallback_url or None,
        application.voice_fallback_method,
        application.status_callback or None,
        application.status_callback_method,
    )
