"""What importing a package loads, seen from a fresh interpreter. The arrows between packages are `make layers`."""

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

HEAVY = ("textual", "quart", "aiohttp", "okta", "twilio", "click", "yaml", "phonenumbers", "hypercorn")


def loaded_by(statement: str) -> set[str]:
    """Top-level names in sys.modules after the statement."""
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_simulators_core_loads_nothing_heavy() -> None:
    assert loaded_by("import simulator").isdisjoint(HEAVY)


@pytest.mark.parametrize("package", ["ivr", "fakes", "okta_twilio_ivr"])
def test_importing_a_package_loads_neither_okta_nor_a_screen(package: str) -> None:
    assert loaded_by(f"import {package}").isdisjoint({"okta", "textual", "twilio"})


def test_the_demo_can_be_named_before_anything_heavy_is_loaded() -> None:
    assert loaded_by("import okta_twilio_ivr.world, okta_twilio_ivr.phone").isdisjoint(
        {"okta", "textual", "twilio", "quart", "phonenumbers"}
    )


OKTA_S_WORDS = (
    "ivrFactorPreference",
    "ivrPhone",
    "SSWS",
    "factorResult",
    "factorType",
    "stateToken",
    "E00000",
)
"""How an identity provider is asked, and how a company has set it up; the simulator asks control planes only."""


@pytest.mark.parametrize("word", OKTA_S_WORDS)
def test_the_simulator_knows_no_word_of_the_identity_provider(word: str) -> None:
    sources = {path: path.read_text() for path in (Path(__file__).parents[1] / "simulator").rglob("*.py")}

    assert len(sources) > 100
    assert [str(path) for path, text in sources.items() if word in text] == []


def test_every_public_name_of_the_simulator_is_there() -> None:
    import simulator

    assert all(hasattr(simulator, name) for name in simulator.__all__)
    assert not hasattr(simulator, "Telephone")


PACKAGES = ("ivr", "simulator", "fakes", "okta_twilio_ivr")


def test_modules_do_not_import_each_other_in_circles() -> None:
    """Also not inside functions or for types alone: who reads one of them would have to read all."""
    graph = grimp.build_graph(*PACKAGES, include_external_packages=False)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    circle: list[str] = []
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        circle = error.args[1]

    assert not circle
