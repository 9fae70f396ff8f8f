"""Push transactions, from the side that asks and from the handset that answers."""

from dataclasses import replace

from fakes.okta import system_log
from fakes.okta.errors import missing
from fakes.okta.org import Org
from fakes.okta.records import PUSH, Factor, Prompt, Push, User
from fakes.okta.verify import check_usable

FORGOTTEN_AFTER = 3600.0  # polls of a transaction that old are a 404, and its memory is free again


class HandsetError(LookupError):
    """The handset cannot do that: no prompt is waiting, or the prompt wants a number."""


class NumberWantedError(HandsetError):
    """The prompt shows three numbers and is approved with one of them."""


def start(org: Org, user: User, factor: Factor, *, with_number: bool, origin: str) -> Push:
    check_usable(user, factor)
    now = org.now()
    _forget_old(org, now)
    wants_number = with_number or org.settings.number_challenge == "always"
    choices = org.source.three_numbers() if wants_number else ()
    push = Push(
        id=org.source.token("v2mst.", 16),
        user_id=user.id,
        factor_id=factor.id,
        created=now,
        expires_at=now + org.settings.push_seconds,
        result="WAITING",
        number=org.source.pick(choices) if choices else None,
        choices=choices,
        origin=origin,
    )
    org.tables.pushes[push.id] = push
    system_log.note(org, system_log.SENT[PUSH], user)
    return push


def look_up(org: Org, factor: Factor, transaction_id: str) -> Push:
    """The transaction as it stands now; it must be this factor's, and so this user's (P06)."""
    push = org.tables.pushes.get(transaction_id)
    if push is None or push.factor_id != factor.id or push.result == "CANCELLED":
        raise missing(transaction_id, "FactorTransaction")
    if push.result == "WAITING" and org.now() > push.expires_at:
        push = _settle(org, push, "TIMEOUT")
    return push


def cancel(org: Org, factor: Factor, transaction_id: str) -> None:
    push = look_up(org, factor, transaction_id)
    if push.result == "WAITING":
        _settle(org, push, "CANCELLED")


def prompts(org: Org, user_id: str) -> list[Prompt]:
    """The prompts waiting on the user's devices, newest last. To look is to open: the numbers are shown then."""
    waiting = _waiting(org, user_id)
    for push in waiting:
        if push.number is not None and not push.is_number_shown:
            org.tables.pushes[push.id] = replace(push, is_number_shown=True)
    return [
        Prompt(
            transaction_id=push.id,
            user_id=push.user_id,
            created=push.created,
            expires_at=push.expires_at,
            number=push.number,
            choices=push.choices,
            app=org.url,
            origin=push.origin,
        )
        for push in waiting
    ]


def answer(org: Org, user_id: str, *, approve: bool, number: int | None) -> Push:
    """The person answers the newest prompt. A wrong number ends it as REJECTED (P09, our choice)."""
    waiting = _waiting(org, user_id)
    if not waiting:
        raise HandsetError(f"no push prompt is waiting for {user_id}")
    push = waiting[-1]
    if approve and push.number is not None and number is None:
        raise NumberWantedError("this prompt wants one of its three numbers, none was given")
    is_good = approve and (push.number is None or push.number == number)
    system_log.note(org, system_log.PROVED if is_good else system_log.DENIED, org.tables.users.get(user_id))
    return _settle(org, push, "SUCCESS" if is_good else "REJECTED")


def _waiting(org: Org, user_id: str) -> list[Push]:
    now = org.now()
    return [
        push
        for push in org.tables.pushes.values()
        if push.user_id == user_id and push.result == "WAITING" and now <= push.expires_at
    ]


def _settle(org: Org, push: Push, result: str) -> Push:
    after = replace(push, result=result)
    org.tables.pushes[push.id] = after
    return after


def _forget_old(org: Org, now: float) -> None:
    """Transactions are kept in order of creation, so the old ones come first."""
    pushes = org.tables.pushes
    while pushes:
        oldest = next(iter(pushes.values()))
        if now - oldest.created <= FORGOTTEN_AFTER:
            return
        del pushes[oldest.id]
