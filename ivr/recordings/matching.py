"""When a request is the recorded one, and when two recorded answers say the same; built on vcrpy's matchers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ivr.recordings.scenario import Interaction

# What a recording has in the place of values that are another's every time. `ivr record` puts them there.
WRONG_CODE = "000000"
CALL_SID = "CA" + "0" * 32

_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
_SID = re.compile(r"\bCA[0-9a-f]{32}\b")


def is_same(new: Any, recorded: Any, codes: frozenset[str] = frozenset()) -> bool:
    """Method, path, query and body agree; hosts and headers are not compared."""
    from vcr.matchers import requests_match

    return bool(requests_match(new, recorded, _matchers(codes)))


_MOST_NEAR = 3


def nearest(new: Any, recorded: Mapping[Any, str], codes: frozenset[str]) -> str:
    """The recorded requests most like this one, and in which scenario each is, for people; '' when there is none.

    `recorded` holds scenarios' names by request. One that differs in nothing was recorded in another place.
    """
    from vcr.matchers import get_matchers_results

    def likeness(each: Any) -> tuple[int, int]:
        return len(get_matchers_results(new, each, _matchers(codes))[0]), _common(new.path, each.path)

    told: dict[str, str] = {}
    for each in sorted((each for each in recorded if each.method == new.method), key=likeness, reverse=True):
        _, fails = get_matchers_results(new, each, _matchers(codes))
        differs = " and ".join(name for name, _ in fails)
        told.setdefault(
            f"{each.method} {shown(each.path)}" + (f" with another {differs}" if differs else " elsewhere in the call"),
            recorded[each],
        )
        if len(told) == _MOST_NEAR:
            break
    return "; ".join(f"{what}, in {name}" for what, name in told.items())


def shown(path: str) -> str:
    """A path for the log: ids shortened, numbers not at all there (queries are left out)."""
    return re.sub(r"(?<=/)[\w.-]{18,}", lambda found: found[0][:3] + "…", path)


def agrees(one: Interaction, other: Interaction) -> bool:
    """The two answers say the same: status and body, whatever the time of day."""
    return one.status == other.status and _timeless(one.body) == _timeless(other.body)


def _matchers(codes: frozenset[str]) -> list[Any]:
    from vcr.matchers import method, path, query

    def body(new: Any, recorded: Any) -> None:
        if _said(new, codes) != _said(recorded, codes):
            raise AssertionError("another body")

    return [method, path, query, body]


def _said(request: Any, codes: frozenset[str]) -> Any:
    """The body without what changes from call to call; whoever types a code that was never sent types a wrong one."""
    text = _SID.sub(CALL_SID, (request.body or b"").decode("utf-8", "replace"))
    try:
        document = json.loads(text) if text else None
    except ValueError:
        return text
    if isinstance(document, dict) and "passCode" in document and document["passCode"] not in codes:
        return {**document, "passCode": WRONG_CODE}
    return document


def _timeless(body: bytes) -> str:
    return _TIME.sub("", body.decode("utf-8", "replace"))


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
