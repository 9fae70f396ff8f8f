"""Options that exist and are not announced: a key that leads where no wrong key leads.

Not judged: places that announce no key in words (sound files, codes), and those behind a fault, where an application
in trouble may well announce less than it takes.
"""

from collections.abc import Iterator

from simulator.explorer.announced import announcing
from simulator.explorer.findings.finding import Finding, Survey
from simulator.explorer.findings.option_nowhere import what_wrong_keys_do
from simulator.explorer.tree import Edge


def find(survey: Survey) -> Iterator[Finding]:
    """Every key of a menu that does something nobody was told of."""
    for state in survey.tree.states:
        is_judged = state.kind == "gather" and not any(move.fault for move in survey.tree.path_to(state).moves)
        told = survey.announced(state) if is_judged else ()
        wrong = what_wrong_keys_do(survey, state) if told else ""
        if not wrong:
            continue
        for edge in survey.plain(state):
            if _is_hidden(survey, edge, told, wrong):
                yield Finding(
                    f"unannounced:{state.asked}:{edge.move.value}",
                    "unannounced",
                    "warning",
                    f"At {survey.where(state)}, {edge.move.value} leads somewhere and no prompt announces it.",
                    "announce the key, or treat it like any other wrong key",
                    edge.id,
                )


def _is_hidden(survey: Survey, edge: Edge, told: tuple[str, ...], wrong: str) -> bool:
    keys = edge.move.value
    if edge.move.kind != "keys" or len(keys) != 1 or any(each.startswith(keys) for each in told):
        return False
    target = survey.target(edge)
    if target.fingerprint == wrong or target.ending == "application-error":
        return False
    return not _reads_again(survey, edge) and target.fingerprint != _silence(survey, edge)


def _reads_again(survey: Survey, edge: Edge) -> bool:
    """A menu that the caller has heard before in this call is read out once more, as the pound key often does."""
    target, patterns = survey.target(edge), survey.policy.patterns
    menu = announcing(target.heard, patterns)
    path = survey.tree.path_through(edge)
    return target.kind == "gather" and any(
        announcing(survey.source(each).heard, patterns) == menu for each in path.edges
    )


def _silence(survey: Survey, edge: Edge) -> str:
    """Where silence leads from the same place: a lone finishOnKey is an empty input, and goes there, too."""
    for other in survey.plain(survey.source(edge)):
        if other.move.kind == "silence":
            return survey.target(other).fingerprint
    return ""
