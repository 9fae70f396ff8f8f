"""`--var NAME=VALUE`, given several times, as a dictionary."""

from simulator.cli.refusal import Refusal


def read_variables(given: tuple[str, ...]) -> dict[str, str]:
    """The last value of a name wins; raises Refusal."""
    variables: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name.strip():
            raise Refusal(f"--var takes NAME=VALUE, got {each!r}")
        variables[name.strip()] = value
    return variables
