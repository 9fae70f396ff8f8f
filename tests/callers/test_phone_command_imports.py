"""What the `phone` command loads before it is needed."""

import subprocess
import sys


def loaded_by(statement: str) -> set[str]:
    """Names of modules and packages in sys.modules of a fresh interpreter after the statement."""
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_command_itself_loads_click_and_nothing_heavier() -> None:
    loaded = loaded_by("from simulator.cli.phone import make_phone; make_phone()")

    assert "click" in loaded
    assert loaded.isdisjoint({"yaml", "aiohttp", "textual", "quart", "okta", "phonenumbers"})


def test_help_of_the_demo_s_phone_loads_neither_the_demo_nor_the_exchange() -> None:
    statement = """
import sys
from okta_twilio_ivr.phone import main
sys.argv = ["phone", "--version"]
try:
    main()
except SystemExit:
    pass
"""
    loaded = loaded_by(f"exec({statement!r})")

    assert "simulator.cli.phone" in loaded
    heavy = {"asyncio", "simulator.network", "simulator.vocabulary", "okta_twilio_ivr.world", "fakes", "ivr"}
    assert loaded.isdisjoint(heavy)


def test_handsets_scripts_and_the_telephone_of_tests_load_no_screen_and_no_http_client() -> None:
    loaded = loaded_by("import simulator.callers.script.playing, simulator.testing.line, simulator.testing.synchronous")

    assert loaded.isdisjoint({"aiohttp", "textual", "quart", "okta", "click"})
