"""Annotations that GitHub shows beside a run: workflow commands on stdout. Source: GitHub docs, workflow commands."""

from typing import Literal

Level = Literal["error", "warning", "notice"]


def annotation(level: Level, message: str, *, title: str = "", file: str = "", line: int | None = None) -> str:
    """One workflow command; line breaks and percent signs are written as GitHub reads them."""
    facts = {"file": file, "line": "" if line is None else str(line), "title": title}
    properties = ",".join(f"{name}={_property(value)}" for name, value in facts.items() if value)
    return f"::{level}{' ' if properties else ''}{properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
