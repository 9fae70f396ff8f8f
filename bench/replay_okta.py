"""Replays other people's recordings of Okta (go-vcr, vcrpy, HAR) against the fake and prints where they agree.

None are kept here. Each recording meets an org of its own: a new one in this process, of the engine that it was made
of, or with `--url` a served one that is reset before. Ids of the recording are mapped to those that the fake gave out;
times, ids of errors and addresses are not compared. Left out are recorded answers 429 and 5xx, and requests about
things that were in the recorded org before.
"""

import argparse
import json
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import yaml

from fakes.okta.app import OktaHandler
from fakes.okta.records import Settings
from fakes.okta.routes import ROUTES, others
from fakes.okta.state import Okta
from fakes.web import Match, Router
from fakes.web import Request as FakeRequest

TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
ID = re.compile(r"\b(?:osc|oty|guo)[0-9A-Za-z]{17}\b")  # of schema, type and realm: the org's own, never made here
ANY_ID = re.compile(r"[0-9a-z]{3}[0-9A-Za-z]{12,20}")
NOT_COMPARED = frozenset({"errorId", "activationToken", "activationUrl", "resetPasswordUrl", "tempPassword"})
SECONDS = 30.0
BEGIN = 1_795_528_800.0
Ask: TypeAlias = Callable[[str, str, str], tuple[int, str]]
"""Method, path with query, and body to the status and text of the fake's answer."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One recorded request with its answer; `url` is whole."""

    method: str
    url: str
    body: str
    status: int
    answer: str


@dataclass(slots=True)
class Tally:
    """What came of the interactions of one endpoint; `differences` with how often each was seen."""

    count: int = 0
    same_status: int = 0
    same_body: int = 0
    differences: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Replay:
    """`connect` gives a way to ask an org that nothing has happened to, and its address."""

    connect: Callable[[Sequence[Interaction]], tuple[Ask, str]]
    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    left_out: int = 0

    def play(self, interactions: Sequence[Interaction]) -> None:
        """One recording, in its order."""
        ids: dict[str, str] = {}
        ask, address = self.connect(interactions)
        for each in interactions:
            parts = urlsplit(each.url)
            path = _mapped(parts.path, ids) + (f"?{_mapped(parts.query, ids)}" if parts.query else "")
            status, text = ask(each.method, path, _mapped(each.body, ids))
            is_from_before = status == 404 and each.status < 300 and self._has_unknown_id(parts.path, ids)
            if each.status == 429 or each.status >= 500 or is_from_before:
                self.left_out += 1
                continue
            expected, found = _read(each.answer), _read(text)
            if status == each.status:
                _learn(expected, found, ids)
            org = {f"{parts.scheme}://{parts.netloc}": "", f"http://{parts.netloc}": ""}
            shown = (_mapped_values(expected, {**ids, **org}), _mapped_values(found, {address: ""}))
            self._count(each, status, *shown)

    def _has_unknown_id(self, path: str, ids: Mapping[str, str]) -> bool:
        """Whether the path names something that was there before the recording began."""
        return any(ANY_ID.fullmatch(part) and part not in ids for part in path.split("/"))

    def _count(self, each: Interaction, status: int, expected: Any, found: Any) -> None:
        tally = self.tallies[endpoint_of(each.method, urlsplit(each.url).path)]
        tally.count += 1
        if status != each.status:
            tally.differences[f"status {each.status}{_code(expected)}, the fake's {status}{_code(found)}"] += 1
            return
        tally.same_status += 1
        why = list(differences(expected, found))
        tally.same_body += not why
        tally.differences.update({re.sub(r"\[\d+\]", "[]", each): 1 for each in why})


def new_org(interactions: Sequence[Interaction]) -> tuple[Ask, str]:
    """An org in this process, of the engine that the recording was made of. Its clock goes on by a second a request."""
    clock = count(BEGIN)
    now = [BEGIN]
    settings = Settings(enforce_limits=False)
    okta = Okta(now=lambda: now[0], pipeline="idx" if is_identity_engine(interactions) else "v1", settings=settings)
    handler = OktaHandler(okta.org)
    headers = {"authorization": f"SSWS {okta.api_token}", "content-type": "application/json"}

    def ask(method: str, path: str, body: str) -> tuple[int, str]:
        now[0] = next(clock)
        data = body.encode()
        where, _, query = path.partition("?")
        sent = {**headers, "content-length": str(len(data))}
        response = handler.answer(FakeRequest(method, okta.url, where, query, sent, data))
        return response.status, response.body.decode()

    return ask, okta.url


def served_org(url: str, token: str) -> Callable[[Sequence[Interaction]], tuple[Ask, str]]:
    """The served fake, which goes back to its start before each recording."""

    def ask(method: str, path: str, body: str) -> tuple[int, str]:
        headers = {"Authorization": f"SSWS {token}", "Content-Type": "application/json"}
        data = body.encode() if body or method in ("POST", "PUT") else None
        try:
            with urlopen(Request(url + path, data, headers, method=method), timeout=SECONDS) as response:
                return response.status, response.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def connect(_: Sequence[Interaction]) -> tuple[Ask, str]:
        ask("POST", "/_fake/reset", "")
        return ask, url

    return connect


def is_identity_engine(interactions: Sequence[Interaction]) -> bool:
    """By the org's own document, else by what only that engine answers."""
    told = [each.answer for each in interactions if each.url.endswith("/.well-known/okta-organization")]
    if told:
        return '"idx"' in told[0]
    marks = (
        '"realmId"',
        '"breachedProtection"',
        '"owners"',
        '"resetFactors"',
        '"AUTHENTICATORS"',
        "/api/v1/authenticators",
        "PASSWORD_IDP",
    )
    return any(mark in each.answer or mark in each.url for each in interactions for mark in marks)


def recordings(folder: Path) -> Iterator[list[Interaction]]:
    """Every recording below the folder, by its file's name; other YAML is passed over."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".har":
            entries = json.loads(path.read_text(encoding="utf-8"))["log"]["entries"]
            yield [_of_har(each) for each in entries]
        elif path.suffix in (".yaml", ".yml"):
            whole = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            if isinstance(whole, Mapping) and isinstance(whole.get("interactions"), list):
                yield [_of_cassette(each) for each in whole["interactions"]]


def endpoint_of(method: str, path: str) -> str:
    """The method and path with variable parts named, as in the fake's tables; `not simulated` before the others."""
    found = _ROUTER.find(method, path)
    if not isinstance(found, Match):
        return f"not simulated {method} {path}"
    name = f"{method} {found.route.template}"
    return name if found.route in ROUTES else f"not simulated {name}"


def differences(expected: Any, found: Any, where: str = "body") -> Iterator[str]:
    """The places where two JSON values differ."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in sorted(expected.keys() | found.keys()):
            if name in NOT_COMPARED:
                continue
            if name not in found:
                yield f"{where}.{name} is missing"
            elif name not in expected:
                yield f"{where}.{name} is not in the recording"
            else:
                yield from differences(expected[name], found[name], f"{where}.{name}")
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            yield f"{where} has {len(expected)} items, the fake's {len(found)}"
            return
        for at, (one, two) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, two, f"{where}[{at}]")
    elif not _is_same(expected, found):
        yield f"{where} is {expected!r}, the fake's {found!r}"


def report(tallies: Mapping[str, Tally], most: int = 1) -> str:
    """A line an endpoint: how many, how many with the same status and body, and the commonest differences."""
    rows = [f"{'requests':>8} {'status':>7} {'body':>6}  endpoint"]
    simulated = [each for name, each in tallies.items() if not name.startswith("not simulated")]
    for name, each in sorted(tallies.items()):
        rows.append(f"{each.count:>8} {each.same_status:>7} {each.same_body:>6}  {name}")
        rows += [f"{'':>24}{times} x {why[:300]}" for why, times in each.differences.most_common(most)]
    total, status, body = (sum(getattr(each, key) for each in simulated) for key in Tally.__slots__[:3])
    return "\n".join([*rows, f"{total:>8} {status:>7} {body:>6}  of what is simulated"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.replay_okta", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", help="where a fake is served; without it a new org in this process for each recording")
    parser.add_argument("--token", default="", help="its API token")
    parser.add_argument("--most", type=int, default=1, help="how many differences are shown of each endpoint")
    given = parser.parse_args()
    logging.getLogger("fakes.okta").setLevel(logging.ERROR)  # what is not simulated is in the report
    replay = Replay(served_org(given.url.rstrip("/"), given.token) if given.url else new_org)
    for interactions in recordings(given.folder):
        replay.play(interactions)
    print(report(replay.tallies, given.most))
    print(f"{replay.left_out:>8} left out")


def _of_cassette(each: Mapping[str, Any]) -> Interaction:
    """go-vcr has `url` and `code`, vcrpy `uri` and `status.code`; their answers' bodies differ likewise."""
    asked, answered = each["request"], each["response"]
    body, answer = asked.get("body") or "", answered.get("body") or ""
    if isinstance(answer, Mapping):
        answer = answer.get("string") or ""
    status = answered["code"] if "code" in answered else answered["status"]["code"]
    return Interaction(asked["method"], asked.get("url") or asked["uri"], _text(body), int(status), _text(answer))


def _of_har(each: Mapping[str, Any]) -> Interaction:
    asked, answered = each["request"], each["response"]
    body = asked.get("postData", {}).get("text", "")
    return Interaction(asked["method"], asked["url"], body, answered["status"], answered["content"].get("text", ""))


def _text(body: Any) -> str:
    if isinstance(body, bytes):
        return body.decode("utf-8", "replace")
    return body if isinstance(body, str) else json.dumps(body)


def _read(text: str) -> Any:
    try:
        return json.loads(text) if text.strip() else None
    except ValueError:
        return text


def _code(body: Any) -> str:
    return f" {body['errorCode']} {body.get('errorCauses')}" if isinstance(body, dict) and "errorCode" in body else ""


def _is_same(expected: Any, found: Any) -> bool:
    """Two times are the same, and so are two pictures of Okta's own servers, whose names have numbers in them."""
    if isinstance(expected, str) and isinstance(found, str):
        if TIME.fullmatch(expected) and TIME.fullmatch(found):
            return True
        if "oktacdn.com" in expected:
            return expected.rpartition("/")[2].partition(".")[0] == found.rpartition("/")[2].partition(".")[0]
    return bool(expected == found)


def _learn(expected: Any, found: Any, ids: dict[str, str]) -> None:
    """Ids that stand in the same place are of the same thing."""
    if isinstance(expected, dict) and isinstance(found, dict):
        theirs, ours = expected.get("id"), found.get("id")
        if isinstance(theirs, str) and isinstance(ours, str) and "/" not in theirs:
            ids[theirs] = ours
        for name in expected.keys() & found.keys():
            _learn(expected[name], found[name], ids)
    elif isinstance(expected, list) and isinstance(found, list):
        for one, two in _pairs(expected, found):
            _learn(one, two, ids)
    elif isinstance(expected, str) and isinstance(found, str):
        theirs, ours = ID.findall(expected), ID.findall(found)
        if len(theirs) == len(ours):
            for one, two in zip(theirs, ours, strict=True):
                ids.setdefault(one, two)


def _pairs(expected: list[Any], found: list[Any]) -> Iterator[tuple[Any, Any]]:
    """By what the things are called where they are called something, else by place."""
    if len({_called(each) for each in found}) < len(found):
        return zip(expected, found, strict=False)
    named = {_called(each): each for each in found}
    return ((each, named[_called(each)]) for each in expected if _called(each) in named)


def _called(thing: Any) -> str:
    profile = thing.get("profile") if isinstance(thing, dict) else None
    names = {**thing, **(profile if isinstance(profile, dict) else {})} if isinstance(thing, dict) else {}
    return json.dumps([names.get(each) for each in ("key", "name", "login", "factorType", "type")])


def _mapped(text: str, ids: Mapping[str, str]) -> str:
    for theirs, ours in ids.items():
        text = text.replace(theirs, ours)
    return text


def _mapped_values(value: Any, ids: Mapping[str, str]) -> Any:
    return _read(_mapped(json.dumps(value), ids))


_ROUTER = Router((*ROUTES, *others(ROUTES)))

if __name__ == "__main__":
    main()
