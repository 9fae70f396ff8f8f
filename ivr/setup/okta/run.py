"""One run of `ivr setup okta` from the first question to the last line; the walks over the plan are in `plan`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from ivr.backends import okta_credentials
from ivr.external import Connection, ExternalServices
from ivr.identity.okta_answers import field
from ivr.identity.okta_wire import OktaWire, ServiceApp
from ivr.printing import agreed, columns, print_json, print_line, print_lines, typed
from ivr.settings import Settings
from ivr.setup.okta import plan
from ivr.setup.okta.desired import DesiredState
from ivr.setup.okta.org import OktaTroubleError, Org
from ivr.setup.okta.resources import Action, Found, Record, RecordError, Resource


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to go about it: the options of the command."""

    undo: bool
    dry_run: bool
    ask: bool
    as_json: bool
    wait: float
    record: Path


def progress(seconds: float) -> AbstractContextManager[Any]:  # click's own type has no public name
    """On stderr, so that the plan can be piped."""
    return click.progressbar(length=max(1, round(seconds)), label="Waiting for Okta Verify", file=sys.stderr)


ENGINES = {"v1": "Classic Engine", "idx": "Identity Engine"}
WIDEST = 25
COMMON = ("okta.schemas.manage", "okta.groups.manage", "okta.users.manage", "okta.policies.manage")
SCOPES = {"v1": (*COMMON, "okta.factors.manage"), "idx": (*COMMON, "okta.authenticators.manage")}
SCOPE_OF_APPS = "okta.apps.manage"
PATIENCE = 15.0  # seconds for one request; nobody is on the phone
REMEDY = "run this again with the phone at hand; all the rest is done."
MOST_CODES = 3  # tries; Okta takes five in five minutes
UNDONE = {Action.CREATE: "remove", Action.CHANGE: "set back"}


async def run(settings: Settings, outside: ExternalServices, desired: DesiredState, options: RunOptions) -> str:
    """What is left to say when it did not work; '' when all is well."""
    connection = Connection(outside.session)
    try:
        unscoped = _org(settings, outside, connection, ())
        org_id, pipeline = await _engine(unscoped)
        record = Record.read(options.record, org_id, unscoped.url)
        if desired.direct and pipeline == "v1":
            return f"--direct needs {ENGINES['idx']}, and {settings.okta_org_url} has {ENGINES['v1']}."
        has_app = desired.direct or (options.undo and any(each.part.startswith("app ") for each in record.entries))
        scopes = (*SCOPES[pipeline], SCOPE_OF_APPS) if has_app else SCOPES[pipeline]
        org = _org(settings, outside, connection, scopes)
        if not options.as_json:
            print_line(f"{org.url}, {ENGINES[pipeline]}")
        if options.undo:
            return await _undo(org, record, options)
        parts = plan.resources_of(desired, is_classic=pipeline == "v1", password=outside.password)
        return await _set_up(org, parts, record, options)
    except (OktaTroubleError, RecordError) as error:
        return str(error)
    finally:
        await connection.close()


def _org(settings: Settings, outside: ExternalServices, connection: Connection, scopes: Sequence[str]) -> Org:
    """A service app asks for the scopes of the set-up, not for those of the line. Which ones, the engine decides."""
    credentials = okta_credentials(settings)
    assert settings.okta_org_url is not None
    assert credentials is not None
    if isinstance(credentials, ServiceApp):
        credentials = replace(credentials, scopes=tuple(scopes))
    wire = OktaWire(settings.okta_org_url, credentials, session=connection.session(), patience=PATIENCE)
    return Org(wire, sleep=outside.sleep, now=outside.now, say=lambda text: print_line(text, err=True))


async def _engine(org: Org) -> tuple[str, str]:
    body = await org.get("/.well-known/okta-organization", needs_token=False)
    org_id, pipeline = field(body, "id"), field(body, "pipeline")
    if pipeline not in ENGINES or not isinstance(org_id, str):
        raise OktaTroubleError(
            f"{org.url} does not answer as an Okta org: correct OKTA_ORG_URL, it is the address in the browser when "
            "you are signed in, without -admin."
        )
    return org_id, str(pipeline)


async def _set_up(org: Org, parts: Sequence[Resource], record: Record, options: RunOptions) -> str:
    rows = await plan.look(org, parts)
    due = [row for row in rows if row.found.action is not Action.NONE]
    if not options.as_json:
        print_lines(_shown(rows))
    stopped = [row for row in due if row.found.action is Action.BLOCKED]
    if options.dry_run or not due:
        if options.as_json:
            print_json(_report(rows, applied=False))
        else:
            print_line(_nothing_done(due))
        return ""
    if stopped:
        return f"The {stopped[0].part.name} stands in the way: {stopped[0].found.detail}."
    if options.ask and any(row.found.action is not Action.WAIT for row in due) and not agreed("Do it?"):
        return "Nothing was changed."
    person = _Person(org, options)
    secrets = await plan.apply(org, parts, record, lambda part: _told(options, f"done: {part.name}"), person.takes_part)
    if secrets:
        _told(options, "Put these into .env, for Okta shows the secret only once:")
        for name, value in secrets.items():
            _told(options, f"  {name}={value}")
    if options.as_json:
        print_json(_report(rows, applied=True, qr=person.qr) | ({"settings": secrets} if secrets else {}))
    elif not person.left:
        print_line("Done: the org is ready for the line; `ivr doctor` looks at it.")
    return person.left


class _Person:
    """The person with the phone. `left` is what they still have to do ('' for nothing), `qr` the picture it takes."""

    def __init__(self, org: Org, options: RunOptions) -> None:
        self.left, self.qr = "", ""
        self._org = org
        self._manner = options

    async def takes_part(self, waiting: Found) -> bool:
        """Whether they did what this waits for."""
        ask = _ask_code if waiting.takes_code else _wait
        self.left = await ask(self._org, waiting, self._manner)
        self.qr = waiting.qr if self.left else ""
        return not self.left


async def _ask_code(org: Org, waiting: Found, options: RunOptions) -> str:
    _told(options, "Open this picture on a screen, scan it in Okta Verify (add account), and type the code it shows:")
    _told(options, f"  {waiting.qr}")
    for _ in range(MOST_CODES if options.wait and not options.as_json else 0):
        code = typed("Code")
        if not code:
            break
        if await plan.took_code(org, waiting.takes_code, code):
            _told(options, "done: the code of Okta Verify is activated")
            return ""
        _told(options, "This is not the code that it shows now.")
    return f"The code of Okta Verify is not activated yet: {REMEDY}"


async def _wait(org: Org, waiting: Found, options: RunOptions) -> str:
    _told(options, "Open this picture on a screen and scan it in Okta Verify (add account, organization):")
    _told(options, f"  {waiting.qr}")
    if not options.wait:
        return f"Okta Verify is not activated yet: {REMEDY}"
    with progress(options.wait) as bar:
        is_there = await plan.wait_for_phone(
            org, waiting.poll, options.wait, lambda seconds: bar.update(max(1, round(seconds)))
        )
    if not is_there:
        return f"Okta Verify was not activated within {options.wait:.0f} s: {REMEDY}"
    _told(options, "done: Okta Verify is activated")
    return ""


async def _undo(org: Org, record: Record, options: RunOptions) -> str:
    if not record.entries:
        return (
            f"There is no record {record.path}, so nothing is known to have been made: run this where the set-up "
            "was run, or give its --record."
        )
    rows = [(UNDONE[entry.did], entry.part) for entry in reversed(record.entries)]
    if options.as_json:
        listed = [{"action": action, "part": part} for action, part in rows]
        report = {"org": org.url, "undo": listed, "applied": not options.dry_run}
    else:
        print_lines(columns(rows))
    if not options.dry_run:
        if options.ask and not agreed("Undo it?"):
            return "Nothing was changed."
        await plan.undo(org, record, lambda words: _told(options, words))
    if options.as_json:
        print_json(report)
    elif options.dry_run:
        print_line("Dry run: nothing was changed.")
    else:
        print_line("Done: what the set-up made is gone, what it changed is as it was.")
    return ""


def _shown(rows: Sequence[plan.Row]) -> list[str]:
    return columns([(row.found.action, row.part.kind, _short(row.part.what), row.found.detail) for row in rows])


def _short(what: str) -> str:
    """So that the usual plan fits a terminal of 80 columns."""
    return what if len(what) <= WIDEST else f"{what[: WIDEST - 1]}…"


def _nothing_done(due: Sequence[plan.Row]) -> str:
    return "Dry run: nothing was changed." if due else "All is as it should be: nothing to do."


def _told(options: RunOptions, text: str) -> None:
    if not options.as_json:
        print_line(text)


def _report(rows: Sequence[plan.Row], *, applied: bool, qr: str = "") -> dict[str, object]:
    listed = [
        {"action": row.found.action, "kind": row.part.kind, "what": row.part.what, "detail": row.found.detail}
        for row in rows
    ]
    report: dict[str, object] = {"plan": listed, "applied": applied}
    if qr:
        report["scan"] = qr
    return report
