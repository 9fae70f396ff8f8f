"""TwiML Apps: URLs under a name. Which number uses which app is in `numbers`."""

from dataclasses import replace

from fakes.twilio.account import Account
from fakes.twilio.errors import missing
from fakes.twilio.form import Form
from fakes.twilio.network import VoiceRoute
from fakes.twilio.records import Application
from fakes.twilio.webhook_settings import Kind, read_changes

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
