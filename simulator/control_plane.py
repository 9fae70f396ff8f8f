"""The other screen of people whose services are fakes: texts, prompts, preferences and faults, through `/_fake/…`.

A transport carries one question to the control plane of one fake: inside this process, or over HTTP (`served_plane`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from simulator.errors import SimulatorError
from simulator.mobile import PushPrompt, ShownCode, Text
from simulator.operator.beside import By, OutsideCall
from simulator.typed_json import value_of
from simulator.values import frozen

OKTA = "Okta"
"""The party that knows the people; texts also come from this one."""
_TEXTERS = (OKTA, "Twilio")
_SHOWN = 80
Made = TypeVar("Made")


@frozen
class ControlAnswer:
    """`document` is the JSON of the body; None where there is none."""

    status: int
    document: Any  # JSON


class ControlTransport(Protocol):
    """Reaches the control plane of one fake. `name` is where it is served; empty inside this process."""

    @property
    def name(self) -> str: ...

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
    ) -> ControlAnswer:
        """Raises OSError or ValueError with the reason when no answer comes, or a good one that is not JSON."""


class ControlPlaneError(SimulatorError):
    """The control plane did not answer, or refused; `status` is that of its refusal."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class ControlPlane:
    """A `Mobile`, the `Preferences`, and what breaks the services. Transports by the parties that the journal names.

    `seen`: the parties whose logs `calls_made` reads, and the number of the newest request that is not new.
    """

    def __init__(self, transports: Mapping[str, ControlTransport], seen: Mapping[str, int] | None = None) -> None:
        self._transports = transports
        self._seen = dict.fromkeys(transports, 0) if seen is None else dict(seen)

    @property
    def parties(self) -> frozenset[str]:
        """The services that can be broken here."""
        return frozenset(self._transports)

    # ------------------------------------------------------------ the mobile

    async def texts(self, number: str) -> Sequence[Text]:
        """Read text messages delivered to the number, newest last."""
        found = [await self._delivered(party, "sms", number) for party in _TEXTERS if party in self._transports]
        return sorted((text for texts in found for text in texts), key=lambda text: text.at)

    async def spoken(self, number: str) -> Sequence[Text]:
        """Read calls in which a voice spoke a code to the number, newest last."""
        return await _if_there(self._delivered(OKTA, "calls", number), ())

    async def shown(self, number: str) -> ShownCode | None:
        """Read what the authenticator app of the number's owner shows now."""
        found = await _if_there(self._ask_of("GET", "totp", number), None)
        if not isinstance(found, Mapping) or "expiresAt" not in found:
            return None
        code: ShownCode = self._read(found, lambda: value_of({**found, "expires_at": found["expiresAt"]}, ShownCode))
        return code

    async def prompts(self, number: str) -> Sequence[PushPrompt]:
        """Read the prompts waiting on the devices of the number's owner, newest last; a stranger has none."""
        found = await _if_there(self._ask_of("GET", "push", number), ())
        return self._read(found, lambda: [_prompt(each, self._name) for each in found])

    async def answer(self, number: str, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        """Answer the newest prompt, as a device shows the newest one."""
        del prompt
        body = {} if choice is None else {"number": choice}
        await self._ask_of("POST", "push", number, f"/{'approve' if approve else 'deny'}", json=body)

    # ------------------------------------------------------------ preferences

    async def choices(self) -> tuple[str, ...]:
        """Read the factors that somebody can prefer; none where the fake has no preferences."""
        found = await _if_there(self._ask(OKTA, "GET", "/_fake/preferences"), {"choices": ()})
        return self._read(found, lambda: tuple(map(str, found["choices"])))

    async def preferred(self, numbers: Sequence[str]) -> dict[str, str | None]:
        """Read the factor that each of these people prefers; whoever is not known is left out."""
        answers = {number: await _if_there(self._ask_of("GET", "preferences", number), None) for number in numbers}
        there = {number: found for number, found in answers.items() if found is not None}
        return self._read(there, lambda: {number: _word(found["preferred"]) for number, found in there.items()})

    async def prefer(self, number: str, factor: str | None) -> None:
        """Set it as an administrator would; None clears it."""
        await self._ask_of("POST", "preferences", number, json={"preferred": factor})

    # ------------------------------------------------------------ faults, and what was asked

    async def order_fault(self, party: str, order: Mapping[str, object]) -> None:
        """Have that fake answer badly: `{"fail_next": {…}}`, `{"slow_by": {…}}` or `{"rate_limit": {…}}`."""
        await self._ask(party, "POST", "/_fake/faults", json=order)

    async def clear_faults(self, party: str) -> None:
        """Have it answer well again, whoever ordered its faults."""
        await self._ask(party, "DELETE", "/_fake/faults")

    async def calls_made(self) -> Sequence[OutsideCall]:
        """Read what was asked of the fakes since the last look, oldest first; nothing from a fake without a log.

        A fake that answers no more is not reported here: the mobile says so with every look.
        """
        made: list[tuple[float, OutsideCall]] = []
        for party, seen in self._seen.items():
            try:
                document = await self._ask(party, "GET", "/_fake/requests", params={"since": str(seen)})
                calls = [(float(row["at"]), _outside(party, row)) for row in document["requests"]]
                self._seen[party] = int(document["newest"])
            except (ControlPlaneError, KeyError, TypeError, ValueError):
                continue
            made += calls
        return [call for _, call in sorted(made, key=lambda each: each[0])]

    # ------------------------------------------------------------ asking

    @property
    def _name(self) -> str:
        return self._transports[OKTA].name

    async def _person(self, number: str) -> str:
        """Say how the fake is to name the owner of this number; raises ControlPlaneError (404) for a stranger's."""
        return number

    async def _delivered(self, party: str, kind: str, number: str) -> list[Text]:
        found = await self._ask(party, "GET", f"/_fake/{kind}", params={"to": number})
        by: By = "call" if kind == "calls" else "text"
        return self._read(found, lambda: [_text(each, by) for each in found])

    async def _ask_of(
        self, method: str, what: str, number: str, more: str = "", *, json: Mapping[str, object] | None = None
    ) -> Any:  # JSON
        """Ask about the owner of a number."""
        person = quote(await self._person(number), safe="")
        return await self._ask(OKTA, method, f"/_fake/{what}/{person}{more}", json=json)

    async def _ask(
        self,
        party: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
    ) -> Any:  # JSON
        transport = self._transports[party]
        try:
            answer = await transport.ask(method, path, params=params, json=json)
        except (TimeoutError, ValueError, OSError) as error:
            reason = str(error) or type(error).__name__
            raise ControlPlaneError(f"no fake Okta answers at {transport.name}: {reason}") from None
        if answer.status >= 400:
            asked = f"{method} {transport.name}{path} answered {answer.status}" if transport.name else ""
            said = ": ".join(filter(None, (asked, _reason(answer.document))))
            raise ControlPlaneError(said, answer.status)
        return answer.document

    def _read(self, document: Any, make: Callable[[], Made]) -> Made:
        """Make something of it. Raises ControlPlaneError where no fake Okta would have answered so."""
        try:
            return make()
        except (LookupError, TypeError, ValueError, AttributeError):
            shown = repr(document)
            raise ControlPlaneError(
                f"{self._name} is not a fake Okta: it answers {shown[:_SHOWN]}{'…' if len(shown) > _SHOWN else ''}"
            ) from None


async def _if_there(asking: Awaitable[Made], otherwise: Made) -> Made:
    """Wait for the answer; `otherwise` where the fake has no such thing, or this person has not."""
    try:
        return await asking
    except ControlPlaneError as error:
        if error.status == 404:
            return otherwise
        raise


def _text(each: Mapping[str, Any], by: By) -> Text:  # JSON's own types
    body = each["body"] if by == "text" else f"A voice calls: {each['body']}"
    more = {"body": body, "expires_at": each.get("expiresAt"), "by": by}
    text: Text = value_of({"code": None, **each, **more}, Text)
    return text


def _prompt(each: Mapping[str, Any], name: str) -> PushPrompt:
    message = f"Sign in to {each.get('app') or name}?"
    more = {"id": each["transactionId"], "message": message, "expires_at": each["expiresAt"]}
    prompt: PushPrompt = value_of({**each, **more}, PushPrompt)
    return prompt


def _word(value: object) -> str | None:
    return None if value is None else str(value)


def _outside(party: str, row: Mapping[str, Any]) -> OutsideCall:  # JSON's own types
    return OutsideCall(
        party, str(row["method"]), str(row["path"]), int(row["status"]), float(row["seconds"]), str(row["note"])
    )


def _reason(document: object) -> str:
    """Tell what a fake says about its refusal; anything else says nothing."""
    if document is None:
        return "no fake Okta with a control plane is there"
    message = document.get("error") if isinstance(document, dict) else None
    return str(message) if message else ""
