"""The committed recordings, read once."""

from pathlib import Path

import pytest

from ivr.recordings.library import HOME, SERVICES, Scenario, load_service

FILES = tuple(sorted(HOME.glob("*/*.yaml")))


def name_of(file: Path) -> str:
    """Service and scenario, as `ivr record` takes them."""
    return f"{file.parent.name}/{file.stem}"


@pytest.fixture(scope="session")
def scenarios() -> dict[str, Scenario]:
    """By service and name."""
    every = (each for service in SERVICES for each in load_service(HOME, service))
    return {f"{each.service}/{each.name}": each for each in every}
