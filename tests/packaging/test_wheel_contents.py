"""The wheel that is built from this tree: what is in it. How it works when installed, `make wheel` tries."""

import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import click
import pytest
from click.testing import CliRunner

from fakes.cli import main as fakes
from ivr.cli import make_cli
from okta_twilio_ivr.phone import demo_scripts
from simulator.cli.phone import make_phone

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = ("ivr", "simulator", "fakes", "okta_twilio_ivr")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Its files by name; nothing is fetched to build it."""
    home = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(home)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (file,) = home.glob("*.whl")
    with ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_the_packages_with_their_data_and_nothing_else(wheel: dict[str, bytes]) -> None:
    in_tree = {
        str(file.relative_to(ROOT))
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }
    recordings = {_moved(file, "cassettes", "ivr/recordings/cassettes") for file in (ROOT / "cassettes").rglob("*.*")}
    calls = {_moved(file, "docs/calls", "okta_twilio_ivr/calls") for file in demo_scripts()}

    about = {name for name in wheel if name.startswith("okta_twilio_ivr-")}
    assert {f"{package}/py.typed" for package in PACKAGES} <= in_tree
    assert set(wheel) - about == in_tree | recordings | calls


def test_it_says_what_it_is(wheel: dict[str, bytes]) -> None:
    (metadata,) = (wheel[name].decode() for name in wheel if name.endswith("METADATA"))
    licences = [name for name in wheel if name.endswith("licenses/LICENSE")]

    for line in ("Name: okta-twilio-ivr", f"Version: {PROJECT['version']}", "License-Expression: MIT"):
        assert f"\n{line}\n" in metadata
    for extra in PROJECT["optional-dependencies"]:
        assert f"\nProvides-Extra: {extra}\n" in metadata
    assert len(licences) == 1


@pytest.mark.parametrize(("name", "command"), [("phone", make_phone()), ("ivr", make_cli({})), ("fakes", fakes)])
def test_each_command_tells_the_version_of_the_project(name: str, command: click.Command) -> None:
    said = CliRunner().invoke(command, ["--version"], prog_name=name)

    assert said.output == f"{name} {PROJECT['version']}\n"


def _moved(file: Path, of_tree: str, of_wheel: str) -> str:
    return f"{of_wheel}/{file.relative_to(ROOT / of_tree)}"
