"""Writes and reads a tree as JSON, and the baseline of accepted findings; the same tree gives the same bytes.

Writers elsewhere may rely on: every field of the dataclasses of `tree` by its name, `version` 1, `kind` "call-tree".
"""

import re
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simulator.errors import WrongUseError
from simulator.explorer.findings.finding import Finding
from simulator.explorer.tree import Tree
from simulator.printable import json_text
from simulator.typed_json import parsed, value_of

VERSION = 1
KIND = "call-tree"
_ID = re.compile(r"[a-z]\d+")


def to_json(tree: Tree) -> str:
    """The document, with a newline at its end."""
    return json_text(to_data(tree), indent=1) + "\n"


def to_data(tree: Tree) -> dict[str, Any]:
    """The document as JSON values."""
    return {"kind": KIND, "version": VERSION, **asdict(tree)}


def from_json(text: str) -> Tree:
    """The tree in a document; raises WrongUseError when it is none."""
    try:
        data = parsed(text)
    except ValueError as error:
        raise WrongUseError(f"this is not JSON: {error}") from None
    return from_data(data)


def from_data(data: Any) -> Tree:  # whatever JSON held
    """The tree in JSON values; raises WrongUseError when it is none."""
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise WrongUseError("this is no call tree: write one with phone explore --tree FILE")
    if data.get("version") != VERSION:
        raise WrongUseError(f"this call tree has version {data.get('version')!r}, this program reads {VERSION}")
    try:
        return _checked(value_of({"states": data["states"], "edges": data["edges"], **data}, Tree))
    except (ValueError, KeyError, TypeError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise WrongUseError(f"this call tree is damaged: {reason}") from None


def read_tree(path: Path) -> Tree:
    """The tree in a file; raises WrongUseError when it cannot be read."""
    try:
        return from_json(path.read_text("utf-8"))
    except UnicodeDecodeError:
        raise WrongUseError(f"{path} cannot be read: it is not text in UTF-8") from None
    except OSError as error:
        raise WrongUseError(f"{path} cannot be read: {error.strerror}") from None
    except WrongUseError as error:
        raise WrongUseError(f"{path}: {error}") from None


def _checked(tree: Tree) -> Tree:
    """The tree, if every way through it leads back to a start. Raises ValueError."""
    names = [*(state.id for state in tree.states), *(edge.id for edge in tree.edges)]
    if len(set(names)) < len(names) or not all(map(_ID.fullmatch, names)):
        raise ValueError("its ids are not ids, or not one each")
    for edge in tree.edges:
        if not {edge.source, edge.target} <= tree.state_by_id.keys():
            raise ValueError(f"{edge.id} leads from or to nowhere")
    for state in tree.states:
        via = tree.edge_by_id.get(state.via)
        if state.via and (via is None or tree.state_by_id[via.source].depth >= state.depth):
            raise ValueError(f"there is no way to {state.id}")
    return tree


_KIND = "findings-baseline"
_VERSION = 1


def to_baseline(findings: Iterable[Finding]) -> str:
    """The file's text: ids in order, each with its sentence for whoever reads it."""
    rows = sorted((finding.id, finding.sentence) for finding in findings)
    known = [{"id": each, "sentence": sentence} for each, sentence in rows]
    return json_text({"kind": _KIND, "version": _VERSION, "findings": known}, indent=1) + "\n"


def read_baseline(path: Path) -> frozenset[str]:
    """The ids in a file; raises WrongUseError when it is not a baseline."""
    try:
        data = parsed(path.read_text("utf-8"))
    except FileNotFoundError:
        raise WrongUseError(f"there is no baseline {path}: write one with --write-baseline") from None
    except (OSError, ValueError) as error:
        raise WrongUseError(f"{path} cannot be read as a baseline: {error}") from None
    if not isinstance(data, dict) or data.get("kind") != _KIND or data.get("version") != _VERSION:
        raise WrongUseError(f"{path} is not a baseline of version {_VERSION}: write one with --write-baseline")
    try:
        return frozenset(str(each["id"]) for each in data["findings"])
    except (KeyError, TypeError):
        raise WrongUseError(f"{path} is damaged: every finding has an id") from None
