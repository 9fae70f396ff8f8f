"""The rules, in the order in which their findings are told. A new rule is one function and one row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulator.explorer.findings import endings, guards, loops, options, reports
from simulator.explorer.findings.finding import Finding, Rule, Survey


@dataclass(frozen=True, slots=True)
class Row:
    """What a rule finds, in a few words, and the rule."""

    meaning: str
    find: Rule


RULES: Mapping[str, Row] = {
    "unguarded": Row("a protected place is reached without passing a guard", guards.unguarded_places),
    "application-error": Row("a path ends in Twilio's application error", endings.application_errors),
    "option-nowhere": Row("an announced option leads nowhere", options.options_that_lead_nowhere),
    "loop": Row("a loop has no exit", loops.loops),
    "no-input": Row("silence is not handled", endings.silences),
    "attempts": Row("wrong codes are taken without end", guards.endless_attempts),
    "dead-end": Row("the call is over, and nothing was said", endings.dead_ends),
    "unannounced": Row("an option exists and is not announced", options.unannounced_options),
    "slow": Row("a webhook is slow", reports.slow_webhooks),
    "debugger": Row("Twilio's debugger has something to say", reports.debugger_entries),
    "unsteady": Row("a place could not be reached again", reports.unsteady_places),
    "announcements": Row("keys are announced in words that are not understood", options.unreadable_announcements),
    "remark": Row("the simulator has something to say that Twilio would not", reports.remarks),
}


def find_all(survey: Survey) -> tuple[Finding, ...]:
    """What all rules find, notes last; what was found on several moves is one finding, on the first path found."""
    found: dict[str, Finding] = {}
    for row in RULES.values():
        for finding in row.find(survey):
            known = found.setdefault(finding.id, finding)
            if finding.edge:
                found[finding.id] = replace(known, ways=(*known.ways, finding.edge))
    return tuple(sorted(found.values(), key=lambda each: each.severity == "note"))
