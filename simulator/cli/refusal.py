"""Wrong use on the command line: one sentence on stderr and exit code 2, never a traceback nor a page of usage."""

import sys
from collections.abc import Sequence
from typing import Any

import click


class Refusal(click.ClickException):
    """What cannot be done as asked, and what to do instead."""

    exit_code = 2


class OneSentenceGroup(click.Group):
    """A group whose errors are one line, whoever raised them; the commands return their exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,  # click's own signature
    ) -> Any:
        """As click's, but for how it ends: 0, 1 and 2 as the command says, 130 after Ctrl-C."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.exceptions.Abort:
            sys.exit(130)
        except click.ClickException as error:
            context = error.ctx if isinstance(error, click.UsageError) else None
            name = context.command_path if context is not None else prog_name or self.name
            click.echo(f"{name}: {' '.join(error.format_message().split())}", err=True)
            sys.exit(error.exit_code)
        sys.exit(code if isinstance(code, int) else 0)
