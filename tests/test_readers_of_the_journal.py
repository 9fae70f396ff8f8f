"""Who tells kinds of journal entries apart: the timeline, whoever makes the entries, and those that are yet to move."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from simulator.operator.journal import Item

ROOT = Path(__file__).parent.parent / "simulator"
MAKERS = ("exchange", "operator", "rooms", "timeline", "verbs")
STILL_OUTSIDE = {
    "callers/handset.py",
    "callers/script/caller.py",
    "callers/script/participants.py",
    "callers/script/misses.py",
    "callers/script/people.py",
    "callers/script/reports.py",
    "callers/script/steps/hearing.py",
    "callers/script/transcript.py",
    "explorer/menus.py",
    "explorer/observing.py",
    "explorer/walking.py",
    "load/outcomes.py",
    "network_control.py",
    "phone/main.py",
    "phone/model/calls.py",
    "phone/model/session.py",
    "phone/model/differences.py",
    "phone/sharing/script.py",
    "phone/sharing/story.py",
    "phone/sound/sound.py",
    "phone/sound/speaker.py",
    "phone/tape.py",
    "testing/report.py",
    "testing/machine.py",
    "testing/telephone.py",
}
KINDS = {kind.__name__ for kind in get_args(Item)}


def kinds_told_apart(tree: ast.AST) -> Iterator[str]:
    """The kinds in class patterns and in the second argument of isinstance."""
    for node in ast.walk(tree):
        if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name):
            yield node.cls.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            yield from (each.id for each in ast.walk(node.args[1]) if isinstance(each, ast.Name))


def imported_kinds(tree: ast.AST) -> set[str]:
    """Kinds by their names, as far as they come from the vocabulary: other rooms use some of these words, too."""
    sources = ("simulator.vocabulary", "simulator.operator.beside")
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module in sources)
    return {name.name for node in imports for name in node.names} & KINDS


def test_only_the_timeline_and_the_makers_of_entries_tell_their_kinds_apart() -> None:
    """Whoever is not in the list renders what the timeline has made; the list only gets shorter."""
    outside = set()
    for path in ROOT.rglob("*.py"):
        where = path.relative_to(ROOT)
        if where.parts[0] not in MAKERS:
            tree = ast.parse(path.read_text("utf-8"))
            if imported_kinds(tree) & set(kinds_told_apart(tree)):
                outside.add(where.as_posix())

    assert outside == STILL_OUTSIDE
