"""What the `phone` command loads before it is needed."""

import subprocess
import sys


def loaded_by(statement: str) -> set[str]:
    """Top-level names in sys.modules of a fresh interpreter after the statement."""
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_command_itself_loads_click_and_nothing_heavier() -> None:
    loaded = loaded_by("from simulator.cli.phone import make_phone; make_phone()")

    assert "click" in loaded
    assert loaded.isdisjoint({"yaml", "aiohttp", "textual", "quart", "okta", "phonenumbers"})


def test_handsets_scripts_and_the_telephone_of_tests_load_no_screen_and_no_http_client() -> None:
    loaded = loaded_by("import simulator.callers.script.playing, simulator.testing.line, simulator.testing.synchronous")

    assert loaded.isdisjoint({"aiohttp", "textual", "quart", "okta", "click"})
