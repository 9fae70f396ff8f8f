"""docs/network.md says what the control plane has and what the command takes."""

import re
from pathlib import Path

import click

from okta_twilio_ivr.network import network
from okta_twilio_ivr.phone import make_command
from simulator.callers.script.reading import read_people
from simulator.network_control import NetworkControl, routes

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/network.md").read_text()


def test_the_table_lists_every_route_in_the_order_of_the_code() -> None:
    rows = re.findall(r"^\| `([A-Z]+) (\S+)` \|", PAGE, re.MULTILINE)

    bare = object.__new__(NetworkControl)  # the table needs no network
    assert rows == [(method, path.replace("<sid>", "{sid}")) for method, path, _ in routes(bare)]


def options(command: click.Command) -> set[str]:
    return {option for each in command.params if isinstance(each, click.Option) for option in each.opts}


def test_options_that_are_named_exist() -> None:
    of_network, of_phone = options(network), options(make_command(is_recorded=False))

    assert set(re.findall(r"^phone network.* (--[a-z-]+)", PAGE, re.MULTILINE)) <= of_network
    assert set(re.findall(r"^phone (--[a-z-]+).* (--[a-z-]+)", PAGE, re.MULTILINE)[0]) <= of_phone
    assert set(re.findall(r"`(--[a-z-]+)", PAGE)) <= of_network


def test_the_people_of_the_page_can_be_read(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "people.yaml").write_text(example)

    assert [person.answer for person in read_people(tmp_path / "people.yaml")] == ["3", "busy", "machine"]
