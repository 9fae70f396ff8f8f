"""What a check finds, and the checks of what is not Okta's: stray files, Redis, the accounts API, and Twilio.

Twilio is asked for the number and where its calls go; whether the line believes it is tried with a real signature.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ivr.callers import last_four
from ivr.calls.store import StoreDownError
from ivr.external import Connection, ExternalServices, Reply, ask, in_daemon_thread
from ivr.settings import Settings
from ivr.setup.number import Number, TwilioAccount, differences, shown, wanted
from ivr.twilio_access import TwilioTroubleError
from ivr.webhooks.results import CALL_STATUS, WELCOME


class State(StrEnum):
    """`skipped` is neither good nor bad: it could not be looked at, or nobody asked."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check; `remedy` says what to do and is empty when there is nothing to do."""

    check: str
    state: State
    found: str
    remedy: str = ""

    def as_row(self) -> tuple[str, str, str]:
        """For the table."""
        return self.state, self.check, f"{self.found} {self.remedy}".strip()

    def as_json(self) -> dict[str, str]:
        """For `--json`."""
        return {name: str(value) for name, value in asdict(self).items()}


def ok(check: str, found: str) -> Finding:
    """All is well."""
    return Finding(check, State.OK, found)


def warning(check: str, found: str, remedy: str) -> Finding:
    """The line works, but not as it might be expected to."""
    return Finding(check, State.WARNING, found, remedy)


def failed(check: str, found: str, remedy: str) -> Finding:
    """The line does not work, or not safely."""
    return Finding(check, State.FAILED, found, remedy)


def skipped(check: str, why: str, remedy: str = "") -> Finding:
    """Not looked at."""
    return Finding(check, State.SKIPPED, why, remedy)


STRAY = "okta.yaml"
ACCOUNTS = "accounts"
STORE = "store"
OWN = {"OKTA_CLIENT_ID"}  # a setting of ours; the SDK's own names begin alike


def stray_check(environ: Mapping[str, str], outside: ExternalServices) -> Finding:
    """The SDK's client would let these files win over the environment (okta.config.config_setter), without a word."""
    found = [*_files(outside.folders()), *_names(environ)]
    if not found:
        return ok(STRAY, "No configuration of Okta's SDK besides the line's settings.")
    verb = "is" if len(found) == 1 else "are"
    return warning(
        STRAY,
        f"{' and '.join(found)} {verb} there, and this line does not go by {'it' if verb == 'is' else 'them'};",
        "say what the line needs in .env (OKTA_ORG_URL, OKTA_API_TOKEN), and remove what no other program needs.",
    )


def _files(folders: tuple[Path, ...]) -> list[str]:
    return [str(path) for folder in folders if (path := folder / "okta.yaml").exists()]


def _names(environ: Mapping[str, str]) -> list[str]:
    return sorted(name for name in environ if name.startswith("OKTA_CLIENT_") and name not in OWN and environ[name])


async def store_check(settings: Settings) -> Finding:
    """A Redis that forgets at a restart, or when it is full, forgets limits: that is worth a warning."""
    if settings.store_url is None:
        return ok(STORE, "IVR_STORE_URL is not set: calls and limits are in memory, which is enough for one worker.")
    try:
        from ivr.redis_store import RedisConnection

        link = RedisConnection(settings.store_url.get_secret_value())
    except ModuleNotFoundError:
        return failed(STORE, "IVR_STORE_URL needs the extra redis;", "pip install 'okta-twilio-ivr[redis]'.")
    try:
        facts = {**await link.info("persistence"), **await link.info("memory")}
    except StoreDownError as error:
        return failed(STORE, f"{str(error).removesuffix('.')};", "start it, or correct the address or its password.")
    finally:
        await link.close()
    return _judged(facts)


def _judged(facts: Mapping[str, object]) -> Finding:
    policy = facts.get("maxmemory_policy", "noeviction")
    if policy != "noeviction" and facts.get("maxmemory"):
        return warning(STORE, f"The Redis forgets when it is full ({policy});", "set maxmemory-policy noeviction.")
    if not facts.get("aof_enabled"):
        return warning(STORE, "The Redis forgets limits when it restarts;", "set appendonly yes.")
    return ok(STORE, "The Redis answers and keeps what it is given.")


NOBODY = "ivr-doctor"


async def accounts_check(settings: Settings, connection: Connection) -> Finding:
    """An account that nobody has: "not found" in the API's own words means that it is the API and the token is good."""
    base = settings.accounts_api_url
    if base is None:
        return skipped(ACCOUNTS, "ACCOUNTS_API_URL is not set: callers cannot hear their balance.")
    token = settings.accounts_api_token.get_secret_value() if settings.accounts_api_token else ""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    match await ask(connection, "GET", f"{base}/v1/accounts/{NOBODY}", headers):
        case Reply(404, text) if "account_not_found" in text:
            return ok(ACCOUNTS, f"{base} answers and takes the token.")
        case Reply(401 | 403 as status):
            return failed(ACCOUNTS, f"{base} refuses the token ({status});", "set ACCOUNTS_API_TOKEN.")
        case Reply(status) if status >= 500:
            return failed(ACCOUNTS, f"{base} is in trouble itself ({status});", "look at its log.")
        case Reply(status):
            return failed(
                ACCOUNTS, f"{base} answers, but not as the accounts API ({status});", "check ACCOUNTS_API_URL."
            )
        case why:
            return failed(
                ACCOUNTS, f"{base} is out of reach ({why});", "check ACCOUNTS_API_URL and that it can be reached."
            )


NUMBER, VOICE_URL, AGENT, SIGNATURE = "number", "voice url", "agent", "signature"
NO_BASE = "The line's public address is not known;"
SET_BASE = "set IVR_PUBLIC_URL."


async def number_checks(settings: Settings, http: Callable[[], Any]) -> list[Finding]:
    """The number and where its calls go."""
    try:
        number = await in_daemon_thread(lambda: TwilioAccount(settings, http).number())
    except TwilioTroubleError as trouble:
        found, _, remedy = str(trouble).partition(": ")
        unknown = [skipped(check, "The number is not known.") for check in (VOICE_URL, AGENT)]
        return [failed(NUMBER, f"{found}:", remedy), *unknown]
    base = settings.public_base
    return [ok(NUMBER, f"{number.phone} ({number.sid})."), _voice_url(number, base), _agent(number, settings)]


def _voice_url(number: Number, base: str | None) -> Finding:
    if base is None:
        return failed(VOICE_URL, NO_BASE, SET_BASE)
    # A fallback or a status callback of one's own is nobody's fault.
    ours = ("voice_url", "voice_method", "voice_application_sid", "trunk_sid")
    essential = {name: value for name, value in wanted(base).items() if name in ours}
    changes = differences(number, essential)
    if changes:
        listed = ", ".join(f"{each.setting} is {shown(each.now)}" for each in changes)
        return failed(VOICE_URL, f"Calls do not come here ({listed});", "run `ivr setup twilio`.")
    if not number.voice_fallback_url:
        return warning(VOICE_URL, f"{number.voice_url}, without a fallback;", "run `ivr setup twilio`.")
    return ok(VOICE_URL, f"POST {number.voice_url}")


def _agent(number: Number, settings: Settings) -> Finding:
    """Check who is called for a call back, and whether the line learns that a caller has hung up."""
    agent = settings.agent_number
    if agent is None:
        return skipped(AGENT, "IVR_AGENT_NUMBER is not set: call backs are noted in the accounts API.")
    if agent == number.phone:
        return failed(AGENT, "IVR_AGENT_NUMBER is the line's own number;", "set it to the phone of a person or a desk.")
    if settings.public_base is None:
        return failed(AGENT, NO_BASE, SET_BASE)
    if number.status_callback != settings.public_base + CALL_STATUS:
        found = f"{last_four(agent)}, but who hangs up before the sentence has ended is not called back;"
        return warning(AGENT, found, f"run `ivr setup twilio --status-callback {settings.public_base + CALL_STATUS}`.")
    return ok(AGENT, f"{last_four(agent)} is rung for call backs.")


async def signature_check(settings: Settings, connection: Connection) -> Finding:
    """Two webhooks without a CallSid to the public address, signed and not: no call comes of them.

    The line judges the signature first, so "there is no CallSid" means that the signature was good.
    """
    token = settings.twilio_auth_token
    if token is None:
        return failed(SIGNATURE, "TWILIO_AUTH_TOKEN is not set, so anybody can pose as Twilio;", "set it.")
    if settings.public_base is None:
        return skipped(SIGNATURE, NO_BASE, SET_BASE)
    from twilio.request_validator import RequestValidator

    from ivr.webhooks.request import NO_CALL_SID

    url = settings.public_base + WELCOME
    good = RequestValidator(token.get_secret_value()).compute_signature(url, {})
    signed = await ask(connection, "POST", url, {"X-Twilio-Signature": good})
    unsigned = await ask(connection, "POST", url, {})
    match signed, unsigned:
        case (str(why), _) | (_, str(why)):
            return failed(SIGNATURE, f"{url} is out of reach ({why});", "start the line and its tunnel or proxy.")
        case Reply(400, text), Reply(403) if NO_CALL_SID in text:
            return ok(SIGNATURE, "The line takes Twilio's signature and refuses a request without.")
        case Reply(400, text), Reply(400) if NO_CALL_SID in text:
            return failed(SIGNATURE, "The running line checks no signatures;", "restart it with TWILIO_AUTH_TOKEN set.")
        case Reply(403), _:
            remedy = "start it with this TWILIO_AUTH_TOKEN and this IVR_PUBLIC_URL."
            return failed(SIGNATURE, "The running line refuses a right signature;", remedy)
        case Reply(status), _:
            return failed(SIGNATURE, f"Something else answers at {url} ({status});", "check IVR_PUBLIC_URL.")
