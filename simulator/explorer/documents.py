"""A tree as a JSON document and back; the same tree gives the same bytes. Reads no other program's files.

Writers elsewhere may rely on: every field of the dataclasses of `tree` by its name, `version` 1, `kind` "call-tree".
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path as FilePath
from typing import Any

from simulator.errors import WrongUseError
from simulator.explorer.tree import Edge, Input, Move, Remark, Request, State, Tree

VERSION = 1
KIND = "call-tree"


def to_json(tree: Tree) -> str:
    """The document, with a newline at its end."""
    return json.dumps(to_data(tree), ensure_ascii=False, indent=1) + "\n"


def to_data(tree: Tree) -> dict[str, Any]:
    """The document as JSON values."""
    return {"kind": KIND, "version": VERSION, **asdict(tree)}


def from_json(text: str) -> Tree:
    """The tree in a document; raises WrongUseError when it is none."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise WrongUseError(f"this is no JSON: {error}") from None
    return from_data(data)


def from_data(data: Any) -> Tree:  # whatever JSON held
    """The tree in JSON values; raises WrongUseError when it is none."""
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise WrongUseError("this is no call tree: write one with phone explore --tree FILE")
    if data.get("version") != VERSION:
        raise WrongUseError(f"this call tree has version {data.get('version')!r}, this program reads {VERSION}")
    try:
        return _tree(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise WrongUseError(f"this call tree is damaged: {error!r}") from None


def read_tree(path: FilePath) -> Tree:
    """The tree in a file; raises WrongUseError when it cannot be read."""
    try:
        return from_json(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUseError(f"{path} cannot be read: {error}") from None
    except WrongUseError as error:
        raise WrongUseError(f"{path}: {error}") from None


def _tree(data: Mapping[str, Any]) -> Tree:
    plain = {name: value for name, value in data.items() if name not in ("kind", "version", "states", "edges")}
    return Tree(
        **plain,
        states=tuple(_state(each) for each in data["states"]),
        edges=tuple(_edge(each) for each in data["edges"]),
    )


def _state(data: Mapping[str, Any]) -> State:
    listens = data["input"]
    plain = {
        **data,
        "heard": tuple(data["heard"]),
        "input": None if listens is None else Input(**listens),
        "moves": tuple(Move(**each) for each in data["moves"]),
    }
    return State(**plain)


def _edge(data: Mapping[str, Any]) -> Edge:
    plain = {
        **data,
        "move": Move(**data["move"]),
        "heard": tuple(data["heard"]),
        "requests": tuple(Request(**each) for each in data["requests"]),
        "warnings": tuple(Remark(**each) for each in data["warnings"]),
        "transcript": tuple(data["transcript"]),
        "others": tuple(data["others"]),
    }
    return Edge(**plain)
