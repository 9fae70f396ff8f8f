"""Policies and their rules; those of factor enrolment and sign-on decide, those of passwords and apps are kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fakes.okta import groups, policy_forms, rule_forms
from fakes.okta.errors import OktaError, invalid, missing, refusal
from fakes.okta.org import Org
from fakes.okta.records import Policy, Rule, User
from fakes.okta.users import TAKEN

MFA_ENROLL, OKTA_SIGN_ON = "MFA_ENROLL", "OKTA_SIGN_ON"
LAST = 1_000_000  # kept as the default's priority; shown is its place after the others (A16)
CATCH_ALL = 99


def found_defaults(org: Org) -> None:
    """The default policy of each kind with its default rule, which nobody can remove."""
    everyone = tuple(group.id for group in org.tables.groups.values() if group.type == "BUILT_IN")
    settings = {MFA_ENROLL: policy_forms.everything_optional(org), "PASSWORD": policy_forms.password_settings(org)}
    for name, kind in policy_forms.kinds(org).items():
        included = () if kind.is_of_apps else everyone
        policy = _keep(org, name, kind.name, kind.description, included, settings.get(name), LAST)
        _keep_default_rule(org, policy)


def of_type(org: Org, kind: str) -> list[Policy]:
    """By priority, the default one last."""
    policy_forms.kind_of(org, kind)
    return sorted((each for each in org.tables.policies.values() if each.type == kind), key=lambda each: each.priority)


def place_of(org: Org, policy: Policy) -> int:
    """Its priority; the default comes after the others. Those of apps have no order: all are 1."""
    if policy_forms.KINDS[policy.type].is_of_apps:
        return 1
    return len(of_type(org, policy.type)) if policy.is_system else policy.priority


def place_of_rule(org: Org, policy: Policy, rule: Rule) -> int:
    """The same of a rule; a catch-all says 99."""
    if not rule.is_system:
        return rule.priority
    return CATCH_ALL if policy_forms.KINDS[policy.type].is_of_apps else len(rules_of(org, policy))


def find(org: Org, policy_id: str) -> Policy:
    policy = org.tables.policies.get(policy_id)
    if policy is None:
        raise missing(policy_id, "Policy")
    return policy


def create(org: Org, body: Mapping[str, Any], *, activate: bool = True) -> Policy:
    form = policy_forms.read_policy(org, body)
    _check_name_is_free(org, form.type, form.name, None)
    priority = _place(len(of_type(org, form.type)) - 1, form.priority)
    _make_room(org, form.type, priority)
    status = "ACTIVE" if activate else "INACTIVE"
    policy = _keep(org, form.type, form.name, form.description, form.groups, form.settings, priority, status=status)
    if policy_forms.KINDS[form.type].is_of_apps:
        _keep_default_rule(org, policy)
    return policy


def change(org: Org, policy: Policy, body: Mapping[str, Any]) -> Policy:
    """A full replacement. The system's default keeps its name and conditions."""
    form = policy_forms.read_policy(org, {"type": policy.type, **body})
    if form.type != policy.type:
        raise invalid("type", "type: The type of a policy cannot be changed")
    if policy.is_system:
        after = replace(policy, settings=form.settings, last_updated=org.now())
    else:
        _check_name_is_free(org, form.type, form.name, policy)
        after = replace(
            policy,
            name=form.name,
            description=form.description,
            groups=form.groups,
            settings=form.settings,
            last_updated=org.now(),
        )
    org.tables.policies[policy.id] = after
    return after


def delete(org: Org, policy: Policy) -> None:
    _check_not_system(policy)
    del org.tables.policies[policy.id]
    for rule in rules_of(org, policy):
        del org.tables.rules[rule.id]
    for each in of_type(org, policy.type):  # those behind move up (confidence L)
        if not each.is_system and each.priority > policy.priority:
            org.tables.policies[each.id] = replace(each, priority=each.priority - 1)


def set_status(org: Org, policy: Policy, status: str) -> None:
    _check_not_system(policy)
    org.tables.policies[policy.id] = replace(policy, status=status, last_updated=org.now())


def rules_of(org: Org, policy: Policy) -> list[Rule]:
    found = (rule for rule in org.tables.rules.values() if rule.policy_id == policy.id)
    return sorted(found, key=lambda rule: rule.priority)


def find_rule(org: Org, policy: Policy, rule_id: str) -> Rule:
    rule = org.tables.rules.get(rule_id)
    if rule is None or rule.policy_id != policy.id:
        raise missing(rule_id, "PolicyRule")
    return rule


def create_rule(org: Org, policy: Policy, body: Mapping[str, Any], *, activate: bool = True) -> Rule:
    """A new rule, after the others or where it says. An app's keep their number as it was sent (recorded)."""
    kind = policy_forms.KINDS[policy.type]
    form = rule_forms.read_rule(org, kind.rule_type, body)
    existing = rules_of(org, policy)
    if any(rule.name == form.name for rule in existing):
        raise invalid("name", f"name: {TAKEN}")
    status = "ACTIVE" if activate else "INACTIVE"
    others = sum(not rule.is_system for rule in existing)
    priority = form.priority if kind.is_of_apps and form.priority is not None else _place(others, form.priority)
    if not kind.is_of_apps:
        for each in existing:
            if not each.is_system and each.priority >= priority:
                org.tables.rules[each.id] = replace(each, priority=each.priority + 1)
    return _keep_rule(
        org, policy, form.name, form.conditions, form.actions, is_system=False, status=status, priority=priority
    )


def change_rule(org: Org, policy: Policy, rule: Rule, body: Mapping[str, Any]) -> Rule:
    form = rule_forms.read_rule(
        org, policy_forms.KINDS[policy.type].rule_type, {"type": rule.type, "name": rule.name, **body}
    )
    after = replace(
        rule,
        name=rule.name if rule.is_system else form.name,
        conditions=rule.conditions if rule.is_system else form.conditions,
        actions=form.actions,
        last_updated=org.now(),
    )
    org.tables.rules[rule.id] = after
    return after


def delete_rule(org: Org, rule: Rule) -> None:
    _check_not_system(rule)
    del org.tables.rules[rule.id]


def set_rule_status(org: Org, rule: Rule, status: str) -> None:
    _check_not_system(rule)
    org.tables.rules[rule.id] = replace(rule, status=status, last_updated=org.now())


def policy_for(org: Org, kind: str, user: User) -> Policy:
    """The first active policy that includes one of the user's groups, else the default."""
    theirs = {group.id for group in groups.of_user(org, user)}
    active = [policy for policy in of_type(org, kind) if policy.status == "ACTIVE"]
    return next(policy for policy in active if policy.is_system or theirs & set(policy.groups))


def sign_on_actions(org: Org, user: User) -> Mapping[str, Any]:
    """What the first active sign-on rule that does not exclude the user says; ALLOW when none applies."""
    for rule in rules_of(org, policy_for(org, OKTA_SIGN_ON, user)):
        excluded = rule_forms.excluded_users(rule.conditions)
        if rule.status == "ACTIVE" and user.id not in excluded:
            signon: Mapping[str, Any] = rule.actions["signon"]
            return signon
    default: Mapping[str, Any] = rule_forms.DEFAULT_ACTIONS[OKTA_SIGN_ON]["signon"]
    return default


def allowed_factors(org: Org, user: User) -> frozenset[str]:
    """The factor types that the user's enrolment policy offers and the org has switched on (F, "List factors")."""
    policy = policy_for(org, MFA_ENROLL, user)
    return frozenset(policy_forms.offered_factors(org, policy.settings or {}))


def _keep(
    org: Org,
    kind: str,
    name: str,
    description: str,
    included: tuple[str, ...],
    settings: Mapping[str, Any] | None,
    priority: int,
    *,
    status: str = "ACTIVE",
) -> Policy:
    now = org.now()
    is_system = priority == LAST
    own = Policy(
        org.source.id(policy_forms.KINDS[kind].prefixes[0]),
        kind,
        name,
        description,
        status,
        priority,
        is_system,
        included,
        settings,
        now,
        now,
    )
    org.tables.policies[own.id] = own
    return own


def _keep_default_rule(org: Org, policy: Policy) -> None:
    actions = rule_forms.DEFAULT_ACTIONS[policy.type]
    name = policy_forms.KINDS[policy.type].rule_name
    _keep_rule(org, policy, name, {}, actions, is_system=True, status="ACTIVE", priority=LAST)


def _keep_rule(
    org: Org,
    policy: Policy,
    name: str,
    conditions: Mapping[str, Any],
    actions: Mapping[str, Any],
    *,
    is_system: bool,
    status: str,
    priority: int,
) -> Rule:
    now = org.now()
    kind = policy_forms.KINDS[policy.type]
    own_id = org.source.id(kind.prefixes[1])
    rule = Rule(own_id, policy.id, kind.rule_type, name, status, priority, is_system, conditions, actions, now, now)
    org.tables.rules[rule.id] = rule
    return rule


def _place(others: int, wanted: int | None) -> int:
    return others + 1 if wanted is None else max(1, min(wanted, others + 1))


def _make_room(org: Org, kind: str, priority: int) -> None:
    """Policies from that place on move one down."""
    for each in of_type(org, kind):
        if not each.is_system and each.priority >= priority:
            org.tables.policies[each.id] = replace(each, priority=each.priority + 1)


def _check_name_is_free(org: Org, kind: str, name: str, owner: Policy | None) -> None:
    if any(each.name == name and each is not owner for each in of_type(org, kind)):
        raise invalid("name", f"name: {TAKEN}")


def _check_not_system(thing: Policy | Rule) -> None:
    if thing.is_system:
        raise _untouchable()


def _untouchable() -> OktaError:
    """What Okta keeps for itself; the code is our guess."""
    return refusal("E0000006")
