"""The parts of a set-up in their order, and the walks over them: look, apply, undo. What is shown is elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ivr.identity.okta_answers import field
from ivr.setup.okta import direct_app, org_resources, people, policies
from ivr.setup.okta.desired import ANY_FACTOR, ATTRIBUTES, ENROL_AT, DesiredState
from ivr.setup.okta.org import OktaTroubleError, Org
from ivr.setup.okta.resources import HERE, Action, Change, Find, Found, Known, Record, Resource

POLL_EVERY = 4.0  # seconds; as Okta's own sign-in page does
WRONG_CODE = "E0000068"
DEFAULT_ENROLS = "Authenticator Enrollment Policies: Default Policy"  # and no other
INACTIVE_ALREADY = "unsupported.active.deactivate"  # what Okta says of an authenticator that is switched off


@dataclass(frozen=True, slots=True)
class Row:
    """A part and how it stands."""

    part: Resource
    found: Found


def resources_of(desired: DesiredState, *, is_classic: bool, password: Callable[[], str]) -> list[Resource]:
    """What is needed comes first; Okta Verify, which needs a person, comes last."""
    caller = desired.caller
    if is_classic:
        offered = [org_resources.org_factor(each) for each in desired.org_factors]
    else:
        offered = [
            part
            for key, kinds in desired.methods.items()
            for part in (org_resources.authenticator(key), *(org_resources.method(key, kind) for kind in kinds))
        ]
    parts = [*(org_resources.attribute(name) for name in ATTRIBUTES), *offered, people.group(desired.group)]
    if caller is not None:
        parts += [people.user(caller, password), people.membership(caller.email, desired.group)]
    parts += _enrolment(desired, is_classic=is_classic)
    if caller is not None:
        kinds = ("sms", "call") if desired.voice else ("sms",)
        parts += [people.by_phone(kind, caller.email, caller.sms_phone) for kind in kinds]
    if desired.sign_on:
        parts += _sign_on(desired, is_classic=is_classic)
    if desired.direct and not is_classic:
        parts += _direct(desired)
    if caller is not None and desired.push:
        parts.append(people.push(caller.email))
    if caller is not None and caller.preference == "totp":
        parts.append(people.code(caller.email, is_classic=is_classic))
    return parts


async def look(org: Org, parts: Sequence[Resource]) -> list[Row]:
    """The plan: every part as it stands now."""
    known = Known()
    return [Row(part, await part.look(org, known)) for part in parts]


async def apply(
    org: Org,
    parts: Sequence[Resource],
    record: Record,
    tell: Callable[[Resource], None],
    wait: Callable[[Found], Awaitable[bool]],
) -> dict[str, str]:
    """Make it so, part after part, each looked at again just before, until one has to `wait` for a person in vain.

    Returns the line's settings that Okta tells only once. Raises OktaTroubleError or RecordError; what was done until
    then is recorded, and another run goes on from there.
    """
    known, told = Known(), dict[str, str]()
    for part in parts:
        found = await part.look(org, known)
        if found.action is Action.BLOCKED:
            raise OktaTroubleError(f"{part.name}: {found.detail}.")
        if found.action is Action.WAIT and found.deed is not None:
            await _perform(org, found.deed)
            found = await part.look(org, known)
        elif found.deed is not None:
            record.begin(part.name, found.action, found.deed)
            body = await _perform(org, found.deed)
            told |= direct_app.credentials_of(body)
            new_id = _id_in(body)
            record.learn(part.name, new_id)
            known.made.add(part.name)
            if part.known_as and new_id is not None:
                known.ids[part.known_as] = new_id
            tell(part)
            found = await part.look(org, known)
            found = replace(found, qr=found.qr or people.qr_of(body))
        if found.action is Action.WAIT:
            if not await wait(found):
                return told
        elif found.action is not Action.NONE:
            raise OktaTroubleError(
                f"Okta took the {part.name} but did not keep it ({found.detail}): look at it in the admin console."
            )
    return told


async def wait_for_phone(org: Org, poll: str, seconds: float, passed: Callable[[float], None]) -> bool:
    """Whether the person's phone took part in time."""
    left = seconds
    while True:
        body = (await org.send("POST", poll)).body
        if field(body, "status") == "ACTIVE":
            return True
        if field(body, "factorResult") != "WAITING" or left <= 0:
            return False
        pause = min(POLL_EVERY, left)
        await org.pause(pause)
        passed(pause)
        left -= pause


async def took_code(org: Org, takes_code: str, code: str) -> bool:
    """Whether it was the code that the person's app shows."""
    answer = await org.send("POST", takes_code, {"passCode": code}, none_if=WRONG_CODE)
    return 200 <= answer.status < 300


async def undo(org: Org, record: Record, tell: Callable[[str], None]) -> None:
    """Everything of the record, newest first. What is gone already counts as undone. Raises OktaTroubleError.

    An authenticator that Okta's own default policy enrols cannot be switched off: it is left on, and told so.
    """
    for entry in reversed(record.entries):
        found = entry.id
        if found is None and entry.find is not None:
            found = await _found(org, entry.find)
        told = f"undone: {entry.part}"
        for request in entry.undo:
            if HERE in request.path and found is None:
                continue
            path = request.path.replace(HERE, found or "")
            done = (INACTIVE_ALREADY, DEFAULT_ENROLS)
            answer = await org.send(request.method, path, request.body, may_miss=True, done_if=done)
            if answer.code == "E0000148":
                told = f"left on, for Okta's default policy uses it: {entry.part}"
        record.forget(entry)
        tell(told)


def _enrolment(desired: DesiredState, *, is_classic: bool) -> list[Resource]:
    name = f"{desired.group} Factor Policy"
    actions = {"enroll": ENROL_AT}
    return [
        policies.policy(policies.ENROLMENT, name, desired, is_classic=is_classic),
        policies.rule(policies.ENROLMENT, name, f"{desired.group} Rule", actions, policies.enrolment_differs),
    ]


def _sign_on(desired: DesiredState, *, is_classic: bool) -> list[Resource]:
    name = f"{desired.group} Policy"
    signon = desired.sequencing if is_classic else ANY_FACTOR
    sequencing = partial(policies.sequencing_differs, kinds=desired.first_factors)
    differs = sequencing if is_classic else policies.any_factor_differs
    return [
        policies.policy(policies.SIGN_ON, name, desired, is_classic=is_classic),
        policies.rule(policies.SIGN_ON, name, f"{desired.group} Rule", {"signon": signon}, differs),
    ]


def _direct(desired: DesiredState) -> list[Resource]:
    name = f"{desired.group} App Policy"
    return [
        direct_app.app(desired.group),
        direct_app.assignment(desired),
        policies.policy(policies.OF_APP, name, desired, is_classic=False),
        policies.rule(
            policies.OF_APP, name, f"{desired.group} Rule", direct_app.ONE_FACTOR, direct_app.one_factor_differs
        ),
        direct_app.policy_of_app(name),
    ]


async def _perform(org: Org, deed: Change) -> Any:
    """The body of the last answer."""
    return [await org.send(each.method, each.path, each.body) for each in deed.requests][-1].body


def _id_in(body: Any) -> str | None:
    new_id = field(body, "id")
    return new_id if isinstance(new_id, str) else None


async def _found(org: Org, find: Find) -> str | None:
    body = await org.get(find.path)
    for row in body if isinstance(body, list) else [body]:
        if all(_dotted(row, name) == value for name, value in find.match.items()):
            return _id_in(row)
    return None


def _dotted(row: Any, name: str) -> Any:
    for step in name.split("."):
        row = field(row, step)
    return row
