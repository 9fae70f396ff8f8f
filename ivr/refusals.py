"""How a command of ours ends when it cannot do its work: one sentence on stderr, never a traceback."""

from __future__ import annotations

import click


class Refusal(click.ClickException):
    """Wrong use: one sentence on stderr, exit code 2."""

    exit_code = 2

    def format_message(self) -> str:
        """The sentence alone."""
        return self.message


class Failure(Refusal):
    """Rightly used, but it did not work: one sentence on stderr, exit code 1."""

    exit_code = 1
