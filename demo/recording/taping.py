"""Plays a scenario as a whole call through the line, with vcrpy listening to what leaves the process."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from demo.recording.acting import Actor, Device, Trouble
from demo.recording.plans import Plan
from demo.recording.tape import Taped
from simulator.callers.handset import Handset
from simulator.operator.clock import START, Clock, ManualClock

if TYPE_CHECKING:
    from demo.world import World


SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - of a fictitious person's Okta Verify


@dataclass(frozen=True, slots=True)
class Session:
    """What is needed to record one plan. `secrets` are real values with what will stand for them."""

    actor: Actor
    phone: str
    tape: list[Taped]
    secrets: Mapping[str, str] = field(default_factory=dict)
    began: float = START


@contextmanager
def listening(clock: Clock, services: Mapping[str, str]) -> Iterator[list[Taped]]:
    """What goes to these origins (by origin: the service's name) while the block runs, in order."""
    import vcr

    tape: list[Taped] = []

    def of_a_service(request: Any) -> Any:  # vcrpy has no types
        is_token = request.uri.partition("?")[0].endswith("/oauth2/v1/token")  # a service app's; no part of a scenario
        return request if _origin(request.uri) in services and not is_token else None

    recorder = vcr.VCR(record_mode=vcr.mode.ALL, before_record_request=of_a_service, serializer="yaml")
    with recorder.use_cassette("nowhere.yaml") as cassette:
        append = cassette.append

        def note(request: Any, answer: Any) -> None:
            append(request, answer)
            if of_a_service(request) is not None:
                tape.append(_taped(services[_origin(request.uri)], clock.now(), request, answer))

        cassette.append = note
        try:
            yield tape
        finally:
            cassette.dirty = False  # what is kept is scrubbed first, and written by us


def _origin(uri: str) -> str:
    return "/".join(uri.split("/")[:3])


def _taped(service: str, at: float, request: Any, answer: Any) -> Taped:
    body = request.body
    return Taped(
        service=service,
        at=at,
        method=request.method,
        uri=request.uri,
        headers=dict(request.headers),
        body=(body.decode() if isinstance(body, bytes) else body) or "",
        status=answer["status"]["code"],
        reason=answer["status"]["message"],
        answer_headers=tuple((name, value) for name, values in answer["headers"].items() for value in values),
        answer=(answer["body"].get("string") or b"").decode(),
    )


class FakeDevice:
    """The handset of one of the demo's people."""

    def __init__(self, world: "World", phone: str) -> None:
        self._world = world
        self._phone = phone

    async def code(self, by: str) -> str:
        """The newest code that arrived, or the one that Okta Verify shows now."""
        from fakes.okta import delivery

        okta = self._world.okta
        return okta.totp(self._owner()) if by == "totp" else delivery.delivered(okta.org, self._phone, by)[-1].code

    async def tap(self, *, approve: bool, told: str) -> None:
        """Answer the newest prompt; its number must be the one that was told."""
        self.tap_now(approve=approve, number=int(told) if told else None)

    def tap_now(self, *, approve: bool, number: int | None = None) -> None:
        """The same, with the right number where none is given."""
        owner = self._owner()
        prompt = self._world.okta.prompts(owner)[-1]
        self._world.okta.answer_push(
            owner, approve, None if not approve else prompt.number if number is None else number
        )

    async def let_pass(self, seconds: float) -> None:
        """Move the fake org's clock."""
        self._world.okta.advance(seconds)

    def _owner(self) -> str:
        users = self._world.okta.org.tables.users.values()
        return next(user.id for user in users if user.profile["ivrPhone"] == self._phone)


@asynccontextmanager
async def on_fakes(plan: Plan) -> AsyncIterator[Session]:
    """The plan's actor on a line whose fakes are served over loopback, on a clock that only the call moves."""
    from demo.world import open_world

    clock = ManualClock()
    async with open_world(clock, served=True, settings=plan.settings, calls_back=False) as world:
        enrol(world, plan)
        services = {world.way.okta: "okta", world.way.accounts: "accounts"}
        with listening(clock, services) as tape:
            phone = Handset(world.network.operator, clock, plan.role.phone)
            device: Device = FakeDevice(world, plan.role.phone)
            actor = Actor(phone, world.network.called, device, _orders(world), lambda: tape)
            yield Session(actor, plan.role.phone, tape, _placeholders(world))


def enrol(world: "World", plan: Plan) -> None:
    """Give the plan's person the factors they have nowhere else."""
    from fakes.okta import factors

    org = world.okta.org
    user = next((each for each in org.tables.users.values() if each.profile["ivrPhone"] == plan.role.phone), None)
    for kind in plan.enrols if user is not None else ():
        assert user is not None
        if kind == "call":
            factors.add(org, user, "call", {"phoneNumber": plan.role.phone})
        else:
            profile = {"credentialId": plan.role.login}
            factors.add(org, user, "token:software:totp", profile, secret=SECRET)


def _orders(world: "World") -> Trouble:
    def order(service: str, status: int, times: int, route: str) -> None:
        faults = {"okta": world.okta.faults, "accounts": world.accounts.faults}[service]
        faults.fail_next(status, times=times, route=route)

    return order


def _placeholders(world: "World") -> dict[str, str]:
    from fakes.accounts.state import DEMO_TOKEN as ACCOUNTS_TOKEN
    from ivr.recordings.backend import ACCOUNTS_URL, OKTA_URL, SCRUBBED

    return {
        world.way.okta: OKTA_URL,
        world.way.accounts: ACCOUNTS_URL,
        world.okta.org.api_token: SCRUBBED,
        ACCOUNTS_TOKEN: SCRUBBED,
    }
