"""One run of `ivr setup okta` from the first question to the last line; the walks over the plan are in `plan`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import click

from ivr.identity.okta import okta_credentials
from ivr.identity.okta_answers import field
from ivr.identity.okta_wire import OktaWire, ServiceApp
from ivr.outside import Outside
from ivr.session import Connection
from ivr.settings import Settings
from ivr.setup.okta import plan
from ivr.setup.okta.command import Manner, agreed, progress, typed
from ivr.setup.okta.org import OktaTroubleError, Org
from ivr.setup.okta.parts import Action, Found, Part
from ivr.setup.okta.record import Record, RecordError
from ivr.setup.okta.wishes import Wishes
from ivr.table import columns

ENGINES = {"v1": "Classic Engine", "idx": "Identity Engine"}
WIDEST = 25
COMMON = ("okta.schemas.manage", "okta.groups.manage", "okta.users.manage", "okta.policies.manage")
SCOPES = {"v1": (*COMMON, "okta.factors.manage"), "idx": (*COMMON, "okta.authenticators.manage")}
PATIENCE = 15.0  # seconds for one request; nobody is on the phone
REMEDY = "run this again with the phone at hand; all the rest is done."
MOST_CODES = 3  # tries; Okta takes five in five minutes
UNDONE = {Action.CREATE: "remove", Action.CHANGE: "set back"}


async def run(settings: Settings, outside: Outside, wishes: Wishes, manner: Manner) -> str:
    """What is left to say when it did not work; '' when all is well."""
    connection = Connection(outside.session)
    try:
        org_id, pipeline = await _engine(_org(settings, outside, connection, ()))
        org = _org(settings, outside, connection, SCOPES[pipeline])
        record = Record.read(manner.record, org_id, org.url)
        if not manner.as_json:
            click.echo(f"{org.url}, {ENGINES[pipeline]}")
        if manner.undo:
            return await _undo(org, record, manner)
        parts = plan.parts_of(wishes, is_classic=pipeline == "v1", password=outside.password)
        return await _set_up(org, parts, record, manner)
    except (OktaTroubleError, RecordError) as error:
        return str(error)
    finally:
        await connection.close()


def _org(settings: Settings, outside: Outside, connection: Connection, scopes: Sequence[str]) -> Org:
    """A service app asks for the scopes of the set-up, not for those of the line. Which ones, the engine decides."""
    credentials = okta_credentials(settings)
    assert settings.okta_org_url is not None
    assert credentials is not None
    if isinstance(credentials, ServiceApp):
        credentials = replace(credentials, scopes=tuple(scopes))
    wire = OktaWire(settings.okta_org_url, credentials, session=connection.session(), patience=PATIENCE)
    return Org(wire, sleep=outside.sleep, now=outside.now, say=lambda text: click.echo(text, err=True))


async def _engine(org: Org) -> tuple[str, str]:
    body = await org.get("/.well-known/okta-organization", needs_token=False)
    org_id, pipeline = field(body, "id"), field(body, "pipeline")
    if pipeline not in ENGINES or not isinstance(org_id, str):
        raise OktaTroubleError(
            f"{org.url} does not answer as an Okta org: correct OKTA_ORG_URL, it is the address in the browser when "
            "you are signed in, without -admin."
        )
    return org_id, str(pipeline)


async def _set_up(org: Org, parts: Sequence[Part], record: Record, manner: Manner) -> str:
    rows = await plan.look(org, parts)
    due = [row for row in rows if row.found.action is not Action.NONE]
    if not manner.as_json:
        click.echo("\n".join(_shown(rows)))
    stopped = [row for row in due if row.found.action is Action.BLOCKED]
    if manner.dry_run or not due:
        click.echo(_json(rows, applied=False) if manner.as_json else _nothing_done(due))
        return ""
    if stopped:
        return f"The {stopped[0].part.name} stands in the way: {stopped[0].found.detail}."
    if manner.ask and any(row.found.action is not Action.WAIT for row in due) and not agreed("Do it?"):
        return "Nothing was changed."
    person = _Person(org, manner)
    await plan.apply(org, parts, record, lambda part: _told(manner, f"done: {part.name}"), person.takes_part)
    if manner.as_json:
        click.echo(_json(rows, applied=True, qr=person.qr))
    elif not person.left:
        click.echo("Done: the org is ready for the line; `ivr doctor` looks at it.")
    return person.left


class _Person:
    """Who has the phone. What they did not do is `left`, '' if nothing is, with the picture `qr` that it takes."""

    def __init__(self, org: Org, manner: Manner) -> None:
        self.left, self.qr = "", ""
        self._org = org
        self._manner = manner

    async def takes_part(self, waiting: Found) -> bool:
        """Whether they did what this waits for."""
        ask = _ask_code if waiting.takes_code else _wait
        self.left = await ask(self._org, waiting, self._manner)
        self.qr = waiting.qr if self.left else ""
        return not self.left


async def _ask_code(org: Org, waiting: Found, manner: Manner) -> str:
    _told(manner, "Open this picture on a screen, scan it in Okta Verify (add account), and type the code it shows:")
    _told(manner, f"  {waiting.qr}")
    for _ in range(MOST_CODES if manner.wait and not manner.as_json else 0):
        code = typed("Code")
        if not code:
            break
        if await plan.took_code(org, waiting.takes_code, code):
            _told(manner, "done: the code of Okta Verify is activated")
            return ""
        _told(manner, "This is not the code that it shows now.")
    return f"The code of Okta Verify is not activated yet: {REMEDY}"


async def _wait(org: Org, waiting: Found, manner: Manner) -> str:
    _told(manner, "Open this picture on a screen and scan it in Okta Verify (add account, organization):")
    _told(manner, f"  {waiting.qr}")
    if not manner.wait:
        return f"Okta Verify is not activated yet: {REMEDY}"
    with progress(manner.wait) as bar:
        is_there = await plan.wait_for_phone(
            org, waiting.poll, manner.wait, lambda seconds: bar.update(max(1, round(seconds)))
        )
    if not is_there:
        return f"Okta Verify was not activated within {manner.wait:.0f} s: {REMEDY}"
    _told(manner, "done: Okta Verify is activated")
    return ""


async def _undo(org: Org, record: Record, manner: Manner) -> str:
    if not record.entries:
        return (
            f"There is no record {record.path}, so nothing is known to have been made: run this where the set-up "
            "was run, or give its --record."
        )
    rows = [(UNDONE[entry.did], entry.part) for entry in reversed(record.entries)]
    if manner.as_json:
        listed = [{"action": action, "part": part} for action, part in rows]
        report = {"org": org.url, "undo": listed, "applied": not manner.dry_run}
    else:
        click.echo("\n".join(columns(rows)))
    if not manner.dry_run:
        if manner.ask and not agreed("Undo it?"):
            return "Nothing was changed."
        await plan.undo(org, record, lambda entry: _told(manner, f"undone: {entry.part}"))
    if manner.as_json:
        click.echo(json.dumps(report, indent=2))
    elif manner.dry_run:
        click.echo("Dry run: nothing was changed.")
    else:
        click.echo("Done: what the set-up made is gone, what it changed is as it was.")
    return ""


def _shown(rows: Sequence[plan.Row]) -> list[str]:
    return columns([(row.found.action, row.part.kind, _short(row.part.what), row.found.detail) for row in rows])


def _short(what: str) -> str:
    """So that the usual plan fits a terminal of 80 columns."""
    return what if len(what) <= WIDEST else f"{what[: WIDEST - 1]}…"


def _nothing_done(due: Sequence[plan.Row]) -> str:
    return "Dry run: nothing was changed." if due else "All is as it should be: nothing to do."


def _told(manner: Manner, text: str) -> None:
    if not manner.as_json:
        click.echo(text)


def _json(rows: Sequence[plan.Row], *, applied: bool, qr: str = "") -> str:
    listed = [
        {"action": row.found.action, "kind": row.part.kind, "what": row.part.what, "detail": row.found.detail}
        for row in rows
    ]
    report: dict[str, object] = {"plan": listed, "applied": applied}
    if qr:
        report["scan"] = qr
    return json.dumps(report, indent=2)
