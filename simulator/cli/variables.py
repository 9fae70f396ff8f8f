"""`--var NAME=VALUE`, given several times, and whether any script knows such a name."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from simulator.cli.refusal import Refusal

if TYPE_CHECKING:
    from simulator.callers.script.script import Script


def read_variables(given: tuple[str, ...]) -> dict[str, str]:
    """The last value of a name wins; raises Refusal."""
    variables: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name.strip():
            raise Refusal(f"--var takes NAME=VALUE, got {each!r}")
        variables[name.strip()] = value
    return variables


def check_variables(given: Iterable[str], scripts: "Iterable[Script]") -> None:
    """A value for something no script knows is a slip of the pen."""
    from simulator.callers.script.fields import near

    known = sorted({name for script in scripts for name in script.variables})
    for name in given:
        if name not in known:
            raise Refusal(f"--var {name}=: no script uses ${{{name}}}{near(name, known)}")
