"""The rules, in the order in which their findings are told. A new rule is one file and one row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulator.explorer.findings import (
    application_error,
    attempts,
    dead_end,
    debugger,
    endless,
    no_input,
    option_nowhere,
    slow,
    unannounced,
    unguarded,
    unsteady,
)
from simulator.explorer.findings.finding import Finding, Rule, Survey


@dataclass(frozen=True, slots=True)
class Row:
    """What a rule finds, in a few words, and the rule."""

    meaning: str
    find: Rule


RULES: Mapping[str, Row] = {
    "unguarded": Row("a protected place is reached without passing a guard", unguarded.find),
    "application-error": Row("a path ends in Twilio's application error", application_error.find),
    "option-nowhere": Row("an announced option leads nowhere", option_nowhere.find),
    "loop": Row("a loop has no exit", endless.find),
    "no-input": Row("silence is not handled", no_input.find),
    "attempts": Row("wrong codes are taken without end", attempts.find),
    "dead-end": Row("the call is over, and nothing was said", dead_end.find),
    "unannounced": Row("an option exists and is not announced", unannounced.find),
    "slow": Row("a webhook is slow", slow.find),
    "debugger": Row("Twilio's debugger has something to say", debugger.find),
    "unsteady": Row("a place could not be reached again", unsteady.find),
}


def find_all(survey: Survey) -> tuple[Finding, ...]:
    """What all rules find; the same thing found on several moves is told once, on the shortest path."""
    found: dict[str, Finding] = {}
    for row in RULES.values():
        for finding in row.find(survey):
            known = found.get(finding.id)
            found[finding.id] = finding if known is None else replace(known, times=known.times + 1)
    return tuple(found.values())
