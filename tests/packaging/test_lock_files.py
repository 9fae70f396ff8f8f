"""The lock files of requirements/: what the image installs is pinned by hash, complete, and what we test."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
PINNED = re.compile(
    r"^([A-Za-z0-9._-]+)==(\S+)((?: ; [^\\\n]+)?)((?: \\\n    --hash=sha256:[0-9a-f]{64})*)$", re.MULTILINE
)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(file: Path) -> dict[str, str]:
    return {canonical(name): version for name, version, *_ in PINNED.findall(file.read_text())}


def wanted(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    names = {canonical(re.split(r"[\[<>=!~ ;]", line)[0]) for line in lines}
    return names - {project["name"]}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda file: file.name)
def test_every_line_is_a_version_with_its_hashes_and_nothing_else(lock: Path) -> None:
    rest = PINNED.sub("", lock.read_text()).strip()

    assert not rest, "no address of a registry, no package without hashes"
    assert all(hashes for *_, hashes in PINNED.findall(lock.read_text()))


def test_versions_are_those_we_test_with() -> None:
    tested, locked = pins(ROOT / "constraints.txt"), pins(ROOT / "requirements/image.lock")

    assert {name: tested.get(name, version) for name, version in locked.items()} == locked


def test_the_image_has_all_that_the_line_needs_and_no_screen() -> None:
    locked = pins(ROOT / "requirements/image.lock").keys()

    assert wanted("line", "redis", "otel") <= locked
    assert "textual" not in locked


def test_the_image_installs_nothing_without_a_hash() -> None:
    text = (ROOT / "Dockerfile").read_text()
    installing = re.findall(r"pip install (.*?)(?: &&|\n)", text)

    assert len(installing) == 1
    assert "--require-hashes" in installing[0]
