"""The README's commands run, its table lists all commands, and its links exist (its test: test_testing_page.py)."""

import re
import shlex
from contextlib import chdir
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from fakes.cli import main as fakes
from ivr.cli import make_cli
from okta_twilio_ivr.phone import make_command

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_scripted_calls_end_as_written() -> None:
    (line,) = [line for block in blocks("sh") for line in block.splitlines() if "docs/calls/" in line]
    program, *arguments = shlex.split(line)
    assert program == ".venv/bin/phone"

    with chdir(ROOT):  # where the README stands, and the scripts with it
        done = CliRunner().invoke(make_command(is_recorded=False), arguments)

    assert done.exit_code == 0, done.output
    (shown,) = blocks("text")
    assert re.findall(r"^(ok .*?)(?:  |$)", done.stdout, re.MULTILINE) == shown.splitlines()


def test_make_knows_the_targets_that_are_named() -> None:
    named = set(re.findall(r"make ([a-z-]+)", README))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert {"phone", "test", "check", "bench"} <= named <= targets | {"and"}


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


COMMANDS: dict[str, click.Command] = {"phone": make_command(is_recorded=False), "ivr": make_cli({}), "fakes": fakes}


def test_the_table_lists_every_command() -> None:
    table = README.split("## Commands\n")[1].split("\n## ")[0]
    written = {match.split(" --")[0] for match in re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)}
    real = {
        f"{name} {sub}"
        for name, command in COMMANDS.items()
        if isinstance(command, click.Group)
        for sub in command.commands
    }

    assert written == real | {"phone"}


OF_OTHERS = ("--app", "--debug", "--bind", "--watch")
"""Options of the servers that the examples are started with."""


def test_options_that_are_named_exist() -> None:
    options = {option for command in all_commands() for parameter in command.params for option in parameter.opts}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README)) - {"--help", *OF_OTHERS}

    assert named <= options


def all_commands() -> list[click.Command]:
    found: list[click.Command] = []
    for command in COMMANDS.values():
        found.append(command)
        if isinstance(command, click.Group):
            found.extend(command.commands.values())
    return found
