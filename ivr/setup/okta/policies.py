"""Enrolment and sign-on policies with one rule each, for the callers' group; what stands in them is in `desired`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ivr.identity.okta_answers import field
from ivr.setup.okta.desired import ANYWHERE, ENROL_AT, Body, DesiredState
from ivr.setup.okta.org import Org
from ivr.setup.okta.people import GROUP
from ivr.setup.okta.resources import HERE, Change, Find, Found, Known, Request, Resource, change, create, ok

POLICIES = "/api/v1/policies"
ENROLMENT, SIGN_ON, OF_APP = "MFA_ENROLL", "OKTA_SIGN_ON", "ACCESS_POLICY"
RULE_TYPES = {ENROLMENT: "MFA_ENROLL", SIGN_ON: "SIGN_ON", OF_APP: "ACCESS_POLICY"}
LABELS = {ENROLMENT: "enrolment", SIGN_ON: "sign-on", OF_APP: "app"}
OF_POLICY = ("type", "name", "description", "priority", "conditions", "settings")
OF_RULE = ("type", "name", "priority", "conditions", "actions")
ALLOWED = ("OPTIONAL", "REQUIRED")


def policy(kind: str, name: str, desired: DesiredState, *, is_classic: bool) -> Resource:
    """The policy, first of its kind, for the group alone."""

    async def look(org: Org, known: Known) -> Found:
        rows = await org.rows(f"{POLICIES}?type={kind}")
        now = next((row for row in rows if field(row, "name") == name), None)
        group_id = known.ids.get(GROUP, "")
        if now is None:
            body: Body = {
                "type": kind,
                "name": name,
                "description": "Made by ivr setup okta",
                "priority": 1,
                "conditions": _for_group(group_id),
            }
            if kind == OF_APP:  # not for groups, and in no order
                del body["priority"], body["conditions"]
            if kind == ENROLMENT:
                body["settings"] = _settings(desired, is_classic=is_classic)
            undo = (Request("DELETE", f"{POLICIES}/{HERE}"),)
            find = Find(f"{POLICIES}?type={kind}", {"name": name})
            return create(f"for {desired.group}", Change((Request("POST", POLICIES, body),), undo, find))
        known.ids[name] = str(field(now, "id"))
        return _policy_as_it_is(now, kind, desired, group_id)

    return Resource(f"{LABELS[kind]} policy", name, look, name)


def rule(kind: str, policy_name: str, name: str, actions: Body, differs: Callable[[Any], str]) -> Resource:
    """The policy's rule. `differs` says what of its actions is not as wanted, or ''."""

    async def look(org: Org, known: Known) -> Found:
        own = f"{POLICIES}/{known.ids.get(policy_name, HERE)}/rules"
        rows = await org.rows(own) if policy_name in known.ids else []
        now = next((row for row in rows if field(row, "name") == name), None)
        if now is None:
            body = {"type": RULE_TYPES[kind], "name": name, "conditions": ANYWHERE, "actions": actions}
            undo = (Request("DELETE", f"{own}/{HERE}"),)
            return create(_told(actions), Change((Request("POST", own, body),), undo, Find(own, {"name": name})))
        why = [differs(field(now, "actions")), _zones(now), _inactive(now)]
        if not any(why):
            return ok()
        former = _only(now, OF_RULE)
        after = {**former, "conditions": {**(former.get("conditions") or {}), **ANYWHERE}}
        after["actions"] = {**(former.get("actions") or {}), **actions}
        return change("; ".join(filter(None, why)), _replacing(f"{own}/{field(now, 'id')}", now, after, former))

    return Resource(f"{LABELS[kind]} rule", name, look)


def enrolment_differs(actions: Any) -> str:
    """Callers may enrol when they sign in."""
    now = field(field(actions, "enroll"), "self")
    return "" if now in ("LOGIN", "CHALLENGE") else f"enrolment {now} -> {ENROL_AT['self']}"


def sequencing_differs(actions: Any, kinds: Sequence[str]) -> str:
    """Classic: for each of these factor types a chain that begins with it."""
    signon = field(actions, "signon")
    if field(signon, "access") != "CHALLENGE":
        return f"access {field(signon, 'access')} -> CHALLENGE with factor sequencing"
    chain = field(field(signon, "challenge"), "chain")
    first = {
        field(each, "factorType")
        for link in (chain if isinstance(chain, list) else [])
        for each in (field(link, "criteria") or [])
    }
    lacking = [kind for kind in kinds if kind not in first]
    return f"chains without {' and '.join(lacking)} -> with" if lacking else ""


def any_factor_differs(actions: Any) -> str:
    """Identity Engine: any factor may come first."""
    signon = field(actions, "signon")
    if field(signon, "access") == "ALLOW" and field(signon, "primaryFactor") == "PASSWORD_IDP_ANY_FACTOR":
        return ""
    return f"first factor {field(signon, 'primaryFactor') or 'PASSWORD_IDP'} -> PASSWORD_IDP_ANY_FACTOR"


def _policy_as_it_is(now: Any, kind: str, desired: DesiredState, group_id: str) -> Found:
    former = _only(now, OF_POLICY)
    after, why = dict(former), [_inactive(now)]
    included = field(field(field(field(now, "conditions"), "people"), "groups"), "include")
    included = included if isinstance(included, list) else []
    if group_id not in included and kind != OF_APP:
        after["conditions"] = _for_group(group_id, included)
        why.append(f"also for {desired.group}")
    if kind == ENROLMENT:
        after["settings"], lacking = _mended(field(now, "settings"), desired)
        why += [f"{key} {before} -> {wanted}" for key, before, wanted in lacking]
    if not any(why):
        return ok()
    return change("; ".join(filter(None, why)), _replacing(f"{POLICIES}/{field(now, 'id')}", now, after, former))


def _settings(desired: DesiredState, *, is_classic: bool) -> Body:
    if is_classic:
        return {"factors": {key: {"enroll": {"self": value}} for key, value in desired.enrolments.items()}}
    rows = [{"key": key, "enroll": {"self": value}} for key, value in desired.authenticators.items()]
    return {"type": "AUTHENTICATORS", "authenticators": rows}


def _mended(settings: Any, desired: DesiredState) -> tuple[Body, list[tuple[str, str, str]]]:
    """The settings with what the line needs allowed, and what was not: (key, as it was, as it becomes)."""
    rows = field(settings, "authenticators")
    lacking = []
    if isinstance(rows, list):
        kept = {str(field(row, "key")): row for row in rows}
        for key, value in desired.authenticators.items():
            before = field(field(kept.get(key), "enroll"), "self")
            if before not in ALLOWED:
                kept[key] = {"key": key, "enroll": {"self": value}}
                lacking.append((key, str(before or "absent"), value))
        return {**settings, "authenticators": list(kept.values())}, lacking
    factors = dict(field(settings, "factors") or {})
    for key, value in desired.enrolments.items():
        before = field(field(factors.get(key), "enroll"), "self")
        if before not in ALLOWED:
            factors[key] = {"enroll": {"self": value}}
            lacking.append((key, str(before or "absent"), value))
    return {"factors": factors}, lacking


def _replacing(path: str, now: Any, after: Body, former: Body) -> Change:
    """A full replacement, which does not move the status: that has requests of its own."""
    requests, undo = [Request("PUT", path, after)], [Request("PUT", path, former)]
    if field(now, "status") != "ACTIVE":
        requests.append(Request("POST", f"{path}/lifecycle/activate"))
        undo.append(Request("POST", f"{path}/lifecycle/deactivate"))
    return Change(tuple(requests), tuple(undo))


def _for_group(group_id: str, others: list[Any] | None = None) -> Body:
    return {"people": {"groups": {"include": [*(others or []), group_id]}}}


def _only(row: Any, names: tuple[str, ...]) -> Body:
    return {name: row[name] for name in names if row.get(name) is not None}


def _inactive(row: Any) -> str:
    return "" if field(row, "status") == "ACTIVE" else f"{field(row, 'status')} -> ACTIVE"


def _zones(row: Any) -> str:
    """A zone would hide factors from the line: they are listed by where the asking machine is."""
    network = field(field(field(row, "conditions"), "network"), "connection")
    return "" if network in (None, "ANYWHERE") else f"network {network} -> ANYWHERE"


def _told(actions: Body) -> str:
    if "enroll" in actions:
        return "enrolment at sign-in"
    if "appSignOn" in actions:
        return "one factor suffices"
    return "factor sequencing" if actions["signon"]["access"] == "CHALLENGE" else "any factor may come first"
