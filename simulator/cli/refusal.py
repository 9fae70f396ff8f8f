"""Wrong use on the command line: one sentence on stderr and exit code 2, never a traceback nor a page of usage."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from simulator.cli.printing import print_line, print_safely, print_traceback
from simulator.operator.masking import Mask
from simulator.stopping import SIGNALLED, is_held_up, leave


def is_text(text: str) -> bool:
    """Tell whether it came as UTF-8; other bytes of command line and environment arrive as halves of characters."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


class Refusal(click.ClickException):
    """What cannot be done as asked, and what to do instead."""

    exit_code = 2


class _TakesText(click.Command):
    """A command whose options are text; a byte that is not UTF-8 is only good in the name of a file."""

    def invoke(self, ctx: click.Context) -> Any:
        for option in self.params:
            given = ctx.params.get(option.name or "")
            for each in given if isinstance(given, tuple) else (given,):
                if isinstance(each, str) and not is_text(each):
                    raise click.UsageError(f"{option.opts[0]} is not text in UTF-8", ctx)
        return super().invoke(ctx)


class OneSentenceCommand(_TakesText):
    """A command of such a group."""


class OneSentenceGroup(_TakesText, click.Group):
    """A group whose errors are one line, whoever raised them; the commands return their exit code."""

    command_class = OneSentenceCommand

    def __call__(self, *args: Any, **extra: Any) -> Any:  # click's own signature
        """Run as a program: what was ended by a signal leaves, whatever thread still hangs."""
        try:
            return super().__call__(*args, **extra)
        except SystemExit as end:
            if isinstance(end.code, int) and end.code > SIGNALLED and is_held_up():
                leave(end.code)
            raise

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,  # click's own signature
    ) -> Any:
        """Run as click does, but for how it ends: 0, 1 and 2 as the command says, 130 after Ctrl-C."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        print_safely()
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.exceptions.Abort:
            sys.exit(130)
        except click.ClickException as error:
            context = error.ctx if isinstance(error, click.UsageError) else None
            name = context.command_path if context is not None else prog_name or self.name
            told = Mask().text(" ".join(error.format_message().split()))  # it may name a URL with a password
            print_line(f"{name}: {told}", err=True)
            sys.exit(error.exit_code)
        except Exception as error:  # noqa: BLE001 - whatever it quotes may be foreign
            if isinstance(error, OSError) and error.filename is not None:
                print_line(f"{prog_name or self.name}: {error.filename}: {error.strerror}", err=True)
                sys.exit(Refusal.exit_code)
            print_traceback()
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)
