"""Whether the Redis of calls and limits answers, and keeps what it is given; nothing is written to it."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.calls.store import StoreDownError
from ivr.doctor.findings import Finding, failed, ok, warning
from ivr.settings import Settings

STORE = "store"


async def store_check(settings: Settings) -> Finding:
    """A Redis that forgets at a restart, or when it is full, forgets limits: that is worth a warning."""
    if settings.store_url is None:
        return ok(STORE, "IVR_STORE_URL is not set: calls and limits are in memory, which is enough for one worker.")
    try:
        from ivr.shared.link import Link

        link = Link(settings.store_url.get_secret_value())
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
