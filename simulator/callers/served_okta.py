"""What the phone can do to a fake Okta served over HTTP besides reading its mobile: break it, change a preference.

Through the control plane `/_fake/` alone; a real Okta has no such addresses and is never touched.
"""

from collections.abc import Awaitable, Callable

from simulator.callers.control_plane import ControlPlane
from simulator.network import Trouble

PREFERENCE = "ivrFactorPreference"
"""The attribute of the people's profile in which the line looks it up (the original demo's name)."""
_USUAL = ("sms", "push")
_FAULTS: dict[str, tuple[str, dict[str, object]]] = {
    "okta-down": ("Okta answers 503", {"fail_next": {"status": 503, "times": 1_000_000}}),
    "okta-slow": ("Okta takes a minute to answer", {"slow_by": {"seconds": 60}}),
    "okta-429": ("Okta's rate limit is used up", {"rate_limit": {"per_minute": 0}}),
}


def troubles_of(plane: ControlPlane) -> tuple[Trouble, ...]:
    """Faults that the fake is ordered to have; the end of one ends all that were ordered, by whomever."""
    return tuple(
        Trouble(name, meaning, _ordering(plane, fault), plane.clear_faults, "Okta")
        for name, (meaning, fault) in _FAULTS.items()
    )


class ServedPreferences:
    """The `Preferences` of the people in that org."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self.choices: tuple[str, ...] = _USUAL

    async def of(self, numbers: tuple[str, ...]) -> dict[str, str | None]:
        """Everybody of these whom the org knows; also learns what can be preferred."""
        wanted = (await self._plane.attribute(PREFERENCE)).get("enum")
        self.choices = tuple(map(str, wanted)) if isinstance(wanted, list) and wanted else _USUAL
        profiles = {number: await self._plane.profile(number) for number in numbers}
        return {number: profile.get(PREFERENCE) for number, profile in profiles.items() if profile is not None}

    async def prefer(self, number: str, factor: str | None) -> None:
        """Set it as an administrator would."""
        await self._plane.change_profile(number, {PREFERENCE: factor})


def _ordering(plane: ControlPlane, fault: dict[str, object]) -> Callable[[], Awaitable[None]]:
    async def begin() -> None:
        await plane.order_fault(fault)

    return begin
