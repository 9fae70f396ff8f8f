"""`python -m fakes` is the `fakes` command."""

from fakes.cli import main

main()
