"""What one scripted call left on tape: requests and answers as plain text, and what happened between them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

MarkKind: TypeAlias = Literal["code", "tap", "waited", "asked"]


@dataclass(frozen=True, slots=True)
class Taped:
    """One request and its answer. Bodies are text; a header may come more than once in an answer."""

    service: str
    at: float  # Unix seconds when the answer came
    method: str
    uri: str
    headers: Mapping[str, str]
    body: str
    status: int
    reason: str
    answer_headers: tuple[tuple[str, str], ...]
    answer: str

    @property
    def document(self) -> Any:
        """The answer as JSON, None when it is none."""
        try:
            return json.loads(self.answer)
        except ValueError:
            return None

    @property
    def result(self) -> str:
        """Okta's factorResult, or ''."""
        document = self.document
        return str(document.get("factorResult", "")) if isinstance(document, dict) else ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something a person did (or a trouble that was ordered) after so many requests."""

    after: int
    kind: MarkKind
    value: Any  # the code, approve or deny, seconds, or the fault that was ordered
    by: str = ""  # how a code came


@dataclass(frozen=True, slots=True)
class Note:
    """What a file says about one of its interactions, beside it."""

    at: float
    needs: Mapping[str, Any]
    shows: Mapping[str, Any]
    fault: Mapping[str, Any]  # what the fakes were told to do wrong before it

    def as_data(self) -> dict[str, Any]:
        """For the file; what is empty is left out."""
        parts = {"needs": dict(self.needs), "shows": dict(self.shows), "fault": dict(self.fault)}
        return {"at": self.at, **{name: value for name, value in parts.items() if value}}


def kept(tape: Sequence[Taped], marks: Sequence[Mark], service: str) -> tuple[list[Taped], list[Note]]:
    """The interactions of one service with their notes; of a run of equal polls the first and the last."""
    own = [(at, each) for at, each in enumerate(tape) if each.service == service]
    if not own:
        return [], []
    needs: dict[int, dict[str, Any]] = {at: {} for at, _ in own}
    pairs = zip([None, *(each for _, each in own)], own, strict=False)
    shows: dict[int, dict[str, Any]] = {at: _prompt(before, each) for before, (at, each) in pairs}
    faults: dict[int, Mapping[str, Any]] = {at: {} for at, _ in own}
    for mark in marks:
        if service != (mark.value["service"] if mark.kind == "asked" else "okta"):
            continue  # handsets have to do with Okta alone, and trouble with whoever has it
        match mark.kind:
            case "code":
                sent = [at for at, each in own if at < mark.after and (_sends_code(each) or mark.by == "totp")]
                for at in sent[-1:]:
                    shows[at] = {"code": mark.value} | ({} if mark.by == "sms" else {"by": mark.by})
            case "tap":
                for at in [at for at, each in own if at >= mark.after and each.result != "WAITING"][:1]:
                    needs[at]["tap"] = mark.value
            case "waited":
                for at in [at for at, _ in own if at >= mark.after][:1]:
                    needs[at]["waited"] = mark.value
            case "asked":
                for at in [at for at, _ in own if at >= mark.after][:1]:
                    needs[at]["asked"] = True
                    faults[at] = mark.value if "status" in mark.value else {}
    _lapse(own, needs, shows)
    chosen = _without_runs(own)
    start = own[0][1].at
    notes = [Note(round(tape[at].at - start, 3), needs[at], shows[at], faults[at]) for at in chosen]
    return [tape[at] for at in chosen], notes


def _sends_code(each: Taped) -> bool:
    return each.result == "CHALLENGE"


def _prompt(before: Taped | None, each: Taped) -> dict[str, Any]:
    """A push that was started shows a prompt for five minutes. In the Authentication API a poll is the same request."""
    if each.method != "POST" or each.result != "WAITING" or _is_same_poll(before, each):
        return {}
    number = ((each.document.get("_embedded") or {}).get("challenge") or {}).get("correctAnswer")
    return {"prompt": 300.0} | ({} if number is None else {"number": number, "choices": _choices(number)})


def _choices(number: int) -> list[int]:
    """Okta tells the right number only; the other two on the screen are ours."""
    return sorted({number, (number + 17) % 100, (number + 58) % 100})


def _lapse(
    own: Sequence[tuple[int, Taped]], needs: Mapping[int, dict[str, Any]], shows: Mapping[int, Mapping[str, Any]]
) -> None:
    """A transaction that timed out needs the time it took since it was started."""
    started = 0.0
    for at, each in own:
        if "prompt" in shows[at]:
            started = each.at
        if each.result == "TIMEOUT":
            needs[at]["waited"] = round(each.at - started, 3)


def _without_runs(own: Sequence[tuple[int, Taped]]) -> list[int]:
    chosen: list[int] = []
    for place, (at, each) in enumerate(own):
        before = own[place - 1][1] if place else None
        behind = own[place + 1][1] if place + 1 < len(own) else None
        if not (_is_same_poll(before, each) and _is_same_poll(each, behind)):
            chosen.append(at)
    return chosen


def _is_same_poll(one: Taped | None, other: Taped | None) -> bool:
    if one is None or other is None:
        return False
    is_same = (one.method, one.uri, one.body) == (other.method, other.uri, other.body)
    return is_same and one.result == other.result == "WAITING"
