"""The Procfile and the Dockerfile start a command that exists, and the image holds the line alone."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from ivr.cli import make_cli

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COPIED = {word for line in re.findall(r"^COPY ([^-].+)$", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]}


def commands() -> list[str]:
    procfile = (ROOT / "Procfile").read_text(encoding="utf-8")
    return [
        *re.findall(r"^web: (.+)$", procfile, re.MULTILINE),
        *re.findall(r"^CMD exec (.+)$", DOCKERFILE, re.MULTILINE),
    ]


def test_there_is_one_of_each() -> None:
    assert len(commands()) == 2


@pytest.mark.parametrize("line", commands())
def test_the_command_is_one_that_the_line_has(line: str) -> None:
    program, name, *options = shlex.split(line.removeprefix("python -m ").replace("$PORT", "8080"))
    group = make_cli({})
    command = group.get_command(click.Context(group), name)
    assert command is not None

    context = command.make_context(name, options)

    assert (program, context.params["host"], context.params["port"]) == ("ivr", "0.0.0.0", 8080)


def test_the_image_holds_the_line_alone_and_the_build_sees_nothing_else() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}

    assert ignored[0] == "*"
    assert {"ivr", "requirements/image.lock"} == COPIED
    assert let_in == {"ivr", "requirements"}
    assert all((ROOT / name).exists() for name in COPIED)
