"""What leaves the process for one of the services while a block runs, written down by vcrpy, with notes beside it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Taped:
    """A request and its answer as vcrpy has them; `notes` say what a person did before, and saw afterwards."""

    request: Any
    answer: Mapping[str, Any]
    notes: Mapping[str, Any]

    @property
    def asked(self) -> str:
        """The request's body."""
        return (self.request.body or b"").decode()

    @property
    def answered(self) -> str:
        """The answer's body."""
        return (self.answer["body"].get("string") or b"").decode()

    @property
    def words(self) -> tuple[Any, ...]:
        """What makes it the same as another."""
        return self.request.method, self.request.uri, self.asked, self.answer["status"]["code"], self.answered


@dataclass
class Tape:
    """What was heard so far."""

    cassette: Any  # vcrpy has no types
    notes: dict[int, dict[str, Any]] = field(default_factory=dict)

    def note(self, facts: Mapping[str, Any]) -> None:
        """Write this beside the newest request."""
        self.notes.setdefault(len(self.cassette) - 1, {}).update(facts)

    def of(self, origin: str) -> list[Taped]:
        """What went to this origin."""
        pairs = enumerate(zip(self.cassette.requests, self.cassette.responses, strict=True))
        return [Taped(*pair, self.notes.get(at, {})) for at, pair in pairs if pair[0].uri.startswith(origin)]


@contextmanager
def listening() -> Iterator[Tape]:
    """Everything but a service app's tokens and the org's keys; vcrpy writes no file, for that is scrubbed first."""
    import vcr

    def is_kept(request: Any) -> Any:
        path = request.uri.partition("?")[0]
        is_of_service_app = path.endswith("/oauth2/v1/token") and b"=client_credentials" in (request.body or b"")
        return None if is_of_service_app or path.endswith("/oauth2/v1/keys") else request

    recorder = vcr.VCR(record_mode=vcr.mode.ALL, before_record_request=is_kept)
    with recorder.use_cassette("nowhere.yaml") as cassette:
        try:
            yield Tape(cassette)
        finally:
            cassette.dirty = False
