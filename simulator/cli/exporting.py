"""`phone export`: the calls of a recorded journal as a page, a diagram, a script. Calls nobody."""

from pathlib import Path

import click

from simulator.cli.refusal import Refusal


def add_export(phone: click.Group) -> None:
    """Adds the subcommand."""

    @phone.command()
    @click.argument("journal", metavar="JOURNAL.jsonl", type=click.Path(path_type=Path))
    @click.option("--html", metavar="OUT.html", type=click.Path(path_type=Path), help="Write a self-contained page.")
    @click.option("--mermaid", metavar="OUT.mmd", type=click.Path(path_type=Path), help="Write a sequence diagram.")
    @click.option(
        "--script", metavar="OUT.yaml", type=click.Path(path_type=Path), help="Write a script for phone call."
    )
    @click.option("--call", "number", type=int, metavar="N", help="Only the N-th call of the journal.")
    @click.option("--unmasked", is_flag=True, help="Do not mask what the journal shows in clear.")
    def export(
        journal: Path, html: Path | None, mermaid: Path | None, script: Path | None, number: int | None, unmasked: bool
    ) -> int:
        """Export recorded calls as a page, a diagram or a call script.

        \b
        Examples:
          phone --journal demo.jsonl                             record while you call
          phone export demo.jsonl --html demo.html               everything on one page
          phone call a.yaml --journal a.jsonl && phone export a.jsonl --mermaid a.mmd
          phone export demo.jsonl --call 2 --script second.yaml  replay it with phone call

        Files are replaced. Exit code: 0, or 2 for wrong use.
        """
        from simulator.errors import SimulatorError
        from simulator.files import check_outputs, write_file
        from simulator.operator.journal import read_journal
        from simulator.operator.masking import Mask
        from simulator.phone.sharing.formats import FORMATS, told
        from simulator.phone.sharing.story import chosen

        wanted = {"html": html, "mermaid": mermaid, "script": script}
        if not any(wanted.values()):
            raise Refusal("say what to make of it: --html, --mermaid or --script, each with a file")
        try:
            check_outputs({f"--{name}": path for name, path in wanted.items()}, (journal,))
            calls = chosen(told(read_journal(journal), mask=None if unmasked else Mask()), number)
            for form in FORMATS:
                if (target := wanted.get(form.name)) is not None:
                    write_file(target, form.write(calls))
        except SimulatorError as error:
            raise Refusal(str(error)) from None
        return 0
