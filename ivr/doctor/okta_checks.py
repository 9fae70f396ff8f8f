"""Whether the Okta org can serve callers: reached, right engine, token, attributes, one caller's factors, clocks.

No challenge is sent, so whether the token may verify factors (it needs more than reading) stays open.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias

from ivr.callers import last_four
from ivr.doctor.checks import Finding, State, failed, ok, skipped, warning
from ivr.external import Connection, Reply, ask
from ivr.foreign import whole_json
from ivr.identity.directory import Directory
from ivr.identity.okta_answers import field
from ivr.identity.okta_wire import Answer, OktaWire
from ivr.identity.protocol import Begun, Identity, Kind, Locked, Person, Trouble, Unavailable, Unknown, Unusable
from ivr.identity.provider import CLASSIC, IDENTITY_ENGINE, Provider
from ivr.setup.okta.desired import PREFERENCES

Clock: TypeAlias = Callable[[], float]

ORG, API, TOKEN, PHONE, PREFERENCE = "okta org", "okta api", "okta token", "ivrPhone", "ivrFactorPreference"
CALLER, FACTORS, CLOCK = "caller", "factors", "clock"
CHECKS = (ORG, CLOCK, API, TOKEN, PHONE, PREFERENCE, CALLER, FACTORS)
ENGINES = {"v1": CLASSIC, "idx": IDENTITY_ENGINE}
WELL_KNOWN = "/.well-known/okta-organization"
MOST_SKEW = 60  # seconds; ours: logs that can be laid side by side, and far below what signed tokens bear
SETUP_OKTA = "run `ivr setup okta`."


async def org_checks(
    wire: OktaWire,
    provider: Provider,
    identity: Identity,
    connection: Connection,
    phone: str | None,
    now: Callable[[], float],
) -> list[Finding]:
    """All checks of the org, in the order of CHECKS; what depends on something broken is skipped.

    The org is asked without a token first: a bad one must not hide that the org is there.
    """
    engine, org, date = await engine_check(wire, connection)
    if engine is None:
        return [org, *(skipped(name, "No Okta org was found.") for name in CHECKS[1:])]
    findings = [org, _clock(date, now())]
    token = await token_check(wire)
    api = api_check(provider, engine)
    if provider.probe is not None and api.state is State.OK:
        fit = await provider.probe(identity)
        api = failed(API, fit.found, fit.remedy) if fit.remedy else ok(API, fit.found)
    findings += [api, token]
    if token.state is State.FAILED:
        return [*findings, *(skipped(name, "Okta does not let us in.") for name in CHECKS[4:])]
    return [*findings, *await _attributes(wire), *await caller_checks(Directory(wire), provider, identity, phone)]


async def engine_check(wire: OktaWire, connection: Connection) -> tuple[str | None, Finding, str]:
    """The org's engine (None when there is no org), what was found, and the date it gave. Asked without a token."""
    reply = await ask(connection, "GET", wire.org_url + WELL_KNOWN)
    if isinstance(reply, str):
        remedy = "Check OKTA_ORG_URL and that the org can be reached from here (name, proxy, firewall)."
        return None, failed(ORG, f"{wire.org_url} is out of reach ({reply}).", remedy), ""
    engine = engine_of(reply)
    if engine is None:
        found = f"{wire.org_url} does not answer as an Okta org ({reply.status})."
        remedy = "Correct OKTA_ORG_URL: it is the address in the browser when you are signed in, without -admin."
        return None, failed(ORG, found, remedy), ""
    return engine, ok(ORG, f"{wire.org_url}, {engine}."), reply.date


def api_check(provider: Provider, engine: str) -> Finding:
    """Whether the provider that the settings chose works on this engine."""
    fit = provider.fit(engine)
    return failed(API, fit.found, fit.remedy) if fit.remedy else ok(API, fit.found)


async def token_check(wire: OktaWire) -> Finding:
    """Whether our credentials open the org."""
    return _token(await wire.send("GET", "/api/v1/users?limit=1"), is_app=wire.is_service_app)


def engine_of(reply: Reply) -> str | None:
    """The org's engine, None when that is no answer of an Okta org."""
    try:
        pipeline = field(whole_json(reply.text), "pipeline")
    except ValueError:
        return None
    return ENGINES.get(str(pipeline)) if reply.status == 200 else None


def _clock(date: str, now: float) -> Finding:
    try:
        there = parsedate_to_datetime(date).timestamp()
    except ValueError:
        return skipped(CLOCK, "Okta's answer has no readable Date.")
    skew = round(now - there)
    if abs(skew) > MOST_SKEW:
        where = "ahead of" if skew > 0 else "behind"
        return failed(CLOCK, f"This machine is {abs(skew)} s {where} Okta.", "Set its clock, best by NTP.")
    return ok(CLOCK, f"Within {MOST_SKEW} s of Okta's.")


def _token(answer: Answer | Unavailable, *, is_app: bool) -> Finding:
    whose = "the service app (Security, API; its key, scopes and admin role)"
    new = (
        f"compare {whose}."
        if is_app
        else "make one in the admin console (Security, API, Tokens) and set OKTA_API_TOKEN."
    )
    match answer:
        case Unavailable(Trouble.REFUSED, detail):
            remedy = f"compare OKTA_CLIENT_ID, OKTA_PRIVATE_KEY and OKTA_SCOPES with {whose}."
            return failed(TOKEN, f"Okta gives {detail.replace(': ', ' (')});", remedy)
        case Unavailable(trouble, detail):
            return failed(TOKEN, f"Okta: {trouble} ({detail}).", "Try again.")
        case Answer(200) if isinstance(answer.body, list):
            if is_app:
                return ok(TOKEN, "The service app may read users; whether it may verify factors shows only in a call.")
            return ok(TOKEN, "It may read users; whether it may verify factors shows only in a call.")
        case Answer(401):
            return failed(TOKEN, f"Okta does not know it ({answer.code}): wrong, revoked or unused for 30 days;", new)
        case Answer(403):
            remedy = new if is_app else "make it as an administrator who may manage users, and set OKTA_API_TOKEN."
            return failed(TOKEN, f"It may not read users ({answer.code});", remedy)
        case Answer(429):
            return failed(TOKEN, "Okta asks for fewer requests (429).", "Wait a minute and try again.")
        case _:
            return failed(TOKEN, f"Okta answers {answer.status} {answer.code}".rstrip() + ".", "Try again later.")


async def _attributes(wire: OktaWire) -> tuple[Finding, Finding]:
    answer = await wire.send("GET", "/api/v1/meta/schemas/user/default")
    if isinstance(answer, Unavailable) or answer.status != 200:
        why = str(answer.trouble) if isinstance(answer, Unavailable) else f"{answer.status} {answer.code}".rstrip()
        remedy = "Nothing to do if the caller below is found."
        return warning(PHONE, f"The user schema cannot be read ({why}).", remedy), skipped(PREFERENCE, "As above.")
    custom = field(field(field(answer.body, "definitions"), "custom"), "properties")
    return _phone(field(custom, PHONE)), _preference(field(custom, PREFERENCE))


def _phone(attribute: Any) -> Finding:
    if field(attribute, "type") is None:
        return failed(PHONE, "The org has no such attribute, so no caller is known;", SETUP_OKTA)
    if field(attribute, "type") != "string":
        return failed(
            PHONE,
            f"It is a {field(attribute, 'type')}, not a string;",
            f"remove it and {SETUP_OKTA}",
        )
    permissions = field(attribute, "permissions")
    rights = permissions if isinstance(permissions, list) else []
    if any(field(each, "principal") == "SELF" and field(each, "action") == "READ_WRITE" for each in rights):
        return failed(PHONE, "Users may change their own,", SETUP_OKTA)
    return ok(PHONE, "A string that users cannot change.")


def _preference(attribute: Any) -> Finding:
    if field(attribute, "type") is None:
        return warning(PREFERENCE, "The org has no such attribute: nobody can prefer push;", SETUP_OKTA)
    values = field(attribute, "enum")
    lacking = [kind for kind in PREFERENCES if isinstance(values, list) and kind not in values]
    if field(attribute, "type") != "string" or lacking:
        named = f"It cannot name every factor of the line ({', '.join(lacking)});" if lacking else "It is not a string;"
        return warning(PREFERENCE, named, SETUP_OKTA)
    return ok(PREFERENCE, "A string that can name the line's factors.")


async def caller_checks(
    directory: Directory, provider: Provider, identity: Identity, phone: str | None
) -> tuple[Finding, Finding]:
    """Look a caller up, and their factors; both are skipped when nobody is named."""
    if phone is None:
        return skipped(CALLER, "Not asked for.", "Give --phone +17735551234 to look a caller up."), skipped(
            FACTORS, "No caller was looked up."
        )
    no_factors = skipped(FACTORS, "No caller was found.")
    match await directory.find_caller(phone):
        case Unavailable(trouble, detail):
            return failed(CALLER, f"Okta: {trouble} ({detail}).", _remedy(trouble)), no_factors
        case Unknown(why):
            remedy = "One active user must have this number in profile.ivrPhone, with + and country code."
            return failed(CALLER, f"{last_four(phone)}: {why}.", remedy), no_factors
        case Person() as person:
            found = ok(CALLER, f"{last_four(phone)} is one active user who prefers {person.preference or 'nothing'}.")
            return found, await _factors(provider, identity, person)


async def _factors(provider: Provider, identity: Identity, person: Person) -> Finding:
    match await identity.begin(person):
        case Unavailable(trouble, detail):
            return failed(FACTORS, f"Okta: {trouble} ({detail}).", _remedy(trouble))
        case Locked():
            return failed(FACTORS, "Okta says that the account is locked;", "unlock it in the admin console.")
        case Unusable(why):
            return failed(FACTORS, f"The {provider.api} refuses them ({why}).", provider.refused)
        case Begun(factors=()):
            remedy = f"Enrol SMS or push, or {SETUP_OKTA}"
            return failed(FACTORS, "None is active that works on the phone.", remedy)
        case Begun(factors=factors):
            return _usable(sorted({factor.kind for factor in factors}), person.preference)


def _usable(kinds: list[Kind], preference: str) -> Finding:
    """The line offers another factor to who has not got the preferred one."""
    found = f"{', '.join(kinds)}."
    if not preference or preference in kinds:
        return ok(FACTORS, found)
    remedy = f"enrol {preference}, or change their {PREFERENCE}."
    return warning(
        FACTORS, f"{found} What they prefer ({preference}) is not among them: another one is offered;", remedy
    )


def _remedy(trouble: Trouble) -> str:
    return "Give the token's owner the right to read users." if trouble is Trouble.REFUSED else "Try again later."
