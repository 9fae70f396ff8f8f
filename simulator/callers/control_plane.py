"""The mobile of people whose identity provider is a fake Okta served over HTTP, through its control plane `/_fake/`.

Reads texts and prompts, answers prompts, and moves the fake's clock along with the virtual one. Never talks to a real
Okta: that has no such addresses.
"""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from simulator.callers.plane_door import AsyncPlaneDoor, PlaneDoor
from simulator.errors import SimulatorError
from simulator.mobile import PushPrompt, ShownCode, Text
from simulator.operator.beside import OutsideCall


class ControlPlaneError(SimulatorError):
    """The control plane did not answer, or not as one; `status` is that of its refusal."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class ControlPlane:
    """A `Mobile` over HTTP; use it as an async context manager."""

    def __init__(self, url: str, door: PlaneDoor | None = None) -> None:
        self.url = url.rstrip("/")
        self._door: PlaneDoor = door or AsyncPlaneDoor()
        self._owners: dict[str, str] = {}
        self._seen = 0
        self._has_faults = False

    async def __aenter__(self) -> Self:
        """Raises ControlPlaneError when there is no fake Okta at that address."""
        await self._door.open()
        try:
            await self._learn_owners()
            await self.calls_made()  # those of earlier calls are not this phone's
        except BaseException:
            await self._door.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._has_faults:  # it may serve others after us
                await self.clear_faults()
        except ControlPlaneError:
            pass  # it is gone, and its faults with it
        finally:
            await self._door.close()

    async def texts(self, number: str) -> Sequence[Text]:
        """Text messages delivered to the number, newest last."""
        found = await self._ask("GET", "/_fake/sms", params={"to": number})
        return [Text(each["to"], each["body"], each["code"], each["at"], each.get("expiresAt")) for each in found]

    async def prompts(self, number: str) -> Sequence[PushPrompt]:
        """Prompts waiting on the devices of the number's owner, newest last; a stranger has none."""
        owner = await self._owner(number)
        if owner is None:
            return ()
        return [
            PushPrompt(
                each["transactionId"],
                f"Sign in to {each.get('app') or self.url}?",
                each["created"],
                each["expiresAt"],
                tuple(each.get("choices", ())),
            )
            for each in await self._ask("GET", f"/_fake/push/{owner}")
        ]

    async def answer(self, number: str, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        """Answer the newest prompt, as a device shows the newest one."""
        del prompt
        owner = await self._owner(number)
        if owner is None:
            raise ControlPlaneError(f"{self.url} knows nobody with the number {number}")
        body = {} if choice is None else {"number": choice}
        await self._ask("POST", f"/_fake/push/{owner}/{'approve' if approve else 'deny'}", json=body)

    async def spoken(self, number: str) -> Sequence[Text]:
        """Calls in which a voice spoke a code to the number, newest last."""
        found = await self._ask_if_there("/_fake/calls", params={"to": number})
        return [
            Text(
                each["to"], f"A voice calls: {each['body']}", each["code"], each["at"], each.get("expiresAt"), by="call"
            )
            for each in found or ()
        ]

    async def shown(self, number: str) -> ShownCode | None:
        """What the authenticator app of the number's owner shows now."""
        owner = await self._owner(number)
        found = None if owner is None else await self._ask_if_there(f"/_fake/totp/{owner}")
        if not isinstance(found, Mapping) or "expiresAt" not in found:
            return None
        return ShownCode(found["code"], found["expiresAt"])

    async def let_pass(self, seconds: float) -> None:
        """Move the fake's clock forward."""
        if seconds > 0:
            await self._ask("POST", "/_fake/clock", json={"advance": seconds})

    async def reset(self) -> None:
        """Have the fake forget everything since it was started."""
        await self._ask("POST", "/_fake/reset")

    async def calls_made(self) -> Sequence[OutsideCall]:
        """What was asked of the fake since the last look; nothing from a fake without a log.

        A fake that answers no more is no news here: the mobile says so with every look.
        """
        try:
            document = await self._ask("GET", "/_fake/requests", params={"since": str(self._seen)})
            self._seen, rows = int(document["newest"]), list(document["requests"])
            return [_outside(row) for row in rows]
        except (ControlPlaneError, KeyError, TypeError, ValueError):
            return ()

    async def order_fault(self, fault: Mapping[str, object]) -> None:
        """Have the fake answer badly: `{"fail_next": {…}}`, `{"slow_by": {…}}` or `{"rate_limit": {…}}`."""
        self._has_faults = True
        await self._ask("POST", "/_fake/faults", json=dict(fault))

    async def clear_faults(self) -> None:
        """Have it answer well again."""
        await self._ask("DELETE", "/_fake/faults")
        self._has_faults = False

    async def attribute(self, name: str) -> Mapping[str, Any]:
        """How the org defines an attribute of its profiles; empty when it does not."""
        state = await self._ask("GET", "/_fake/state")
        found = state.get("attributes", {}).get(name, {})
        return found if isinstance(found, Mapping) else {}

    async def profile(self, number: str) -> Mapping[str, Any] | None:
        """The profile of whoever has this number; None for a stranger."""
        owner = await self._owner(number)
        if owner is None:
            return None
        found: Mapping[str, Any] = (await self._ask("GET", f"/_fake/users/{owner}"))["profile"]
        return found

    async def change_profile(self, number: str, attributes: Mapping[str, object]) -> None:
        """Change these attributes of whoever has this number."""
        owner = await self._owner(number)
        if owner is None:
            raise ControlPlaneError(f"{self.url} knows nobody with the number {number}")
        await self._ask("POST", f"/_fake/users/{owner}", json={"profile": dict(attributes)})

    async def _owner(self, number: str) -> str | None:
        """The id of the user with this number; people may have come since the last look."""
        if number not in self._owners:
            await self._learn_owners()
        return self._owners.get(number)

    async def _learn_owners(self) -> None:
        state = await self._ask("GET", "/_fake/state")
        users = state.get("users") if isinstance(state, Mapping) else None
        if users is None:
            raise ControlPlaneError(f"{self.url} is no fake Okta: its /_fake/state has no users")
        self._owners = {number: user["id"] for user in reversed(users) for number in user.get("phones", ())}

    async def _ask_if_there(self, path: str, **more: Any) -> Any:  # as below
        """None where the fake has no such thing, or this person has not."""
        try:
            return await self._ask("GET", path, **more)
        except ControlPlaneError as error:
            if error.status == 404:
                return None
            raise

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
    ) -> Any:  # JSON
        try:
            answer = await self._door.ask(method, f"{self.url}{path}", params=params, json=json)
        except (TimeoutError, ValueError, OSError) as error:
            reason = str(error) or type(error).__name__
            raise ControlPlaneError(f"no fake Okta answers at {self.url}: {reason}") from None
        if answer.status >= 400:
            trouble = _trouble(answer.document)
            raise ControlPlaneError(f"{method} {self.url}{path} answered {answer.status}{trouble}", answer.status)
        return answer.document


def _outside(row: Mapping[str, Any]) -> OutsideCall:  # JSON's own types
    return OutsideCall(
        "Okta", str(row["method"]), str(row["path"]), int(row["status"]), float(row["seconds"]), str(row["note"])
    )


def _trouble(document: object) -> str:
    """What a fake says about it; anything else says nothing."""
    if document is None:
        return ": no fake Okta with a control plane is there"
    message = document.get("error") if isinstance(document, dict) else None
    return f": {message}" if message else ""
