"""What importing a package loads, seen from a fresh interpreter. The arrows between packages are `make layers`."""

import subprocess
import sys

import pytest

HEAVY = ("textual", "quart", "aiohttp", "okta", "twilio", "click", "yaml", "phonenumbers", "hypercorn")


def loaded_by(statement: str) -> set[str]:
    """Top-level names in sys.modules after the statement."""
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_simulators_core_loads_nothing_heavy() -> None:
    assert loaded_by("import simulator").isdisjoint(HEAVY)


@pytest.mark.parametrize("package", ["ivr", "fakes", "demo"])
def test_importing_a_package_loads_neither_okta_nor_a_screen(package: str) -> None:
    assert loaded_by(f"import {package}").isdisjoint({"okta", "textual", "twilio"})


def test_the_demo_can_be_named_before_anything_heavy_is_loaded() -> None:
    assert loaded_by("import demo.world, demo.phone").isdisjoint({"okta", "textual", "twilio", "quart", "phonenumbers"})


def test_every_public_name_of_the_simulator_is_there() -> None:
    import simulator

    assert all(hasattr(simulator, name) for name in simulator.__all__)
    assert not hasattr(simulator, "Telephone")
