"""The fake's answers are held against an OpenAPI description; here a small one, made by hand."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.validate_okta import Description, validate

USER = {"type": "object", "required": ["id", "profile"], "properties": {"id": {"type": "string"}}}
PROFILE: dict[str, Any] = {"type": "object", "properties": {"mobilePhone": {"type": "string"}}}
ERROR = {"type": "object", "properties": {"errorCode": {"type": "integer"}}}


def answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def description(*, nullable: bool) -> dict[str, Any]:
    phone = {"type": "string", "nullable": nullable}
    profile = {**PROFILE, "properties": {"mobilePhone": phone}}
    schemas = {"User": {**USER, "properties": {**USER["properties"], "profile": profile}}}  # type: ignore[dict-item]
    one = answer({"oneOf": [{"$ref": "#/components/schemas/User"}, {"$ref": "#/components/schemas/User"}]})
    missing = {"NotFound": answer(ERROR)}
    get = {"get": {"responses": {"200": one, "404": {"$ref": "#/components/responses/NotFound"}}}}
    return {
        "paths": {"/api/v1/users/{userId}": get, "/api/v1/groups": {"get": {"responses": {"204": {}}}}},
        "components": {"schemas": schemas, "responses": missing},
    }


@pytest.mark.parametrize("pipeline", ["v1", "idx"])
def test_what_does_not_fit_is_told_by_endpoint_and_place(pipeline: str) -> None:
    verdict = validate(Description(description(nullable=True)), pipeline)

    assert verdict.held == 2
    assert list(verdict.misfits) == ["GET /api/v1/users/nobody 404"]
    assert list(verdict.misfits["GET /api/v1/users/nobody 404"]) == ["errorCode: 'E0000007' is not of type 'integer'"]
    assert "GET /api/v1/groups 200" in verdict.undescribed


def test_null_fits_where_it_is_allowed_alone() -> None:
    verdict = validate(Description(description(nullable=False)), "v1")

    assert set(verdict.misfits) == {"GET /api/v1/users/nobody 404", "GET /api/v1/users/{user} 200"}


def test_the_command_prints_the_verdict_and_fails(tmp_path: Path) -> None:
    path = tmp_path / "description.yaml"
    path.write_text(yaml.safe_dump(description(nullable=True)))

    ran = subprocess.run([sys.executable, "-m", "bench.validate_okta", path], capture_output=True, text=True)

    assert ran.returncode == 1
    assert ran.stdout.startswith("v1: 2 answers held, 1 do not fit; 0 differences are Okta's own\n")
    assert "1 x errorCode: 'E0000007' is not of type 'integer'" in ran.stdout
