"""Where a line keeps calls and limits, as its settings want it: this process's memory, or a Redis."""

from __future__ import annotations

from collections.abc import Callable

from ivr.calls.store import CallStore, MemoryCalls
from ivr.limits import Limits, MemoryLimits
from ivr.settings import Settings, SettingsError


def memory_of(settings: Settings, now: Callable[[], float]) -> tuple[CallStore, Limits]:
    """Calls and limits; nothing is connected yet. Raises SettingsError when the extra is missing."""
    if settings.store_url is None:
        return MemoryCalls(now), MemoryLimits(now)
    try:
        from ivr.shared.calls import RedisCalls
        from ivr.shared.limits import RedisLimits
        from ivr.shared.link import Link

        link = Link(settings.store_url.get_secret_value())
    except ModuleNotFoundError:
        raise SettingsError(
            "IVR_STORE_URL needs the extra redis: pip install 'okta-twilio-ivr[redis]', or take the setting away."
        ) from None
    return RedisCalls(link, now), RedisLimits(link, now)
