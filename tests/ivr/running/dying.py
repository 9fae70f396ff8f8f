"""A worker for tests that does not get far; in a file of its own, because a new process imports it."""

from __future__ import annotations


def dies(job: object) -> None:
    """Before it serves."""
    raise SystemExit(7)
