"""Recordings of others are replayed against the served fake: three small ones, made by hand, one a format."""

import asyncio
import json
from pathlib import Path

import pytest

from bench.replay_okta import Replay, new_org, recordings, report, served_org
from fakes.doors import served
from fakes.okta.app import create_app
from fakes.okta.state import Okta

GO_VCR = """
version: 2
interactions:
  - request:
      method: POST
      url: https://acme.okta.example/api/v1/groups
      body: '{"profile":{"name":"VIP","description":"Very"}}'
    response:
      body: '{"id":"00gTHEIRS","profile":{"name":"VIP","description":"Very"}}'
      code: 200
  - request: {method: GET, url: "https://acme.okta.example/api/v1/groups/00gTHEIRS", body: ''}
    response: {body: '{"id":"00gTHEIRS"}', code: 200}
  - request: {method: DELETE, url: "https://acme.okta.example/api/v1/groups/00gTHEIRS", body: ''}
    response: {body: '', code: 204}
"""
VCRPY = """
version: 1
interactions:
  - request: {method: GET, uri: "https://acme.okta.example/api/v1/users/nobody", body: null}
    response:
      status: {code: 404, message: Not Found}
      body:
        string: '{"errorCode":"E0000007","errorSummary":"Not found: Resource not found: nobody (User)",
          "errorLink":"E0000007","errorId":"oaeTHEIRS","errorCauses":[]}'
"""
HAR = {
    "log": {
        "entries": [
            {
                "request": {"method": "GET", "url": "https://acme.okta.example/api/v1/brands"},
                "response": {"status": 200, "content": {"text": "[]"}},
            }
        ]
    }
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "go.yaml").write_text(GO_VCR)
    (tmp_path / "python.yaml").write_text(VCRPY)
    (tmp_path / "browser.har").write_text(json.dumps(HAR))
    return tmp_path


async def test_recordings_are_replayed_with_ids_mapped(folder: Path) -> None:
    okta = Okta(now=lambda: 1_795_528_800.0)
    async with served(create_app(okta)) as url:
        replay = Replay(served_org(url, okta.api_token))
        for interactions in recordings(folder):
            await asyncio.to_thread(replay.play, interactions)

    found = replay.tallies
    made, deleted = found["POST /api/v1/groups"], found["DELETE /api/v1/groups/{groupId}"]
    assert (made.count, made.same_status, made.same_body) == (1, 1, 0)
    assert next(iter(made.differences)) == "body._links is not in the recording"
    assert (deleted.same_status, deleted.same_body, not deleted.differences) == (1, 1, True)
    assert found["GET /api/v1/users/{userId}"].same_body == 1
    (refused,) = found["not simulated GET /api/v1/brands"].differences
    assert refused.startswith("status 200, the fake's 501 E0000060")
    assert refused in report(found)
    assert report(found).endswith(f"{4:>8} {4:>7} {2:>6}  of what is simulated")


def test_each_recording_meets_a_new_org_of_its_engine(folder: Path) -> None:
    replay = Replay(new_org)
    answer = {"status": 200, "content": {"text": '{"pipeline":"idx"}'}}
    asked = {"method": "GET", "url": "https://acme.okta.example/.well-known/okta-organization"}
    listed = {"method": "GET", "url": "https://acme.okta.example/api/v1/authenticators"}
    entries = [{"request": asked, "response": answer}, {"request": listed, "response": answer}]
    (folder / "engine.har").write_text(json.dumps({"log": {"entries": entries}}))

    for interactions in [*recordings(folder), *recordings(folder)]:
        replay.play(interactions)

    assert replay.tallies["GET /api/v1/authenticators"].same_status == 2
    assert replay.tallies["POST /api/v1/groups"].same_status == 2
