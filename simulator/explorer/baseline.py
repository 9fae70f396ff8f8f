"""Findings that are known and accepted: a file of their ids, so that only new ones fail. Judges nothing."""

import json
from collections.abc import Iterable
from pathlib import Path

from simulator.errors import WrongUseError
from simulator.explorer.findings.finding import Finding

_KIND = "findings-baseline"
_VERSION = 1


def to_baseline(findings: Iterable[Finding]) -> str:
    """The file's text: ids in order, each with its sentence for whoever reads it."""
    rows = sorted((finding.id, finding.sentence) for finding in findings)
    known = [{"id": each, "sentence": sentence} for each, sentence in rows]
    return json.dumps({"kind": _KIND, "version": _VERSION, "findings": known}, ensure_ascii=False, indent=1) + "\n"


def read_baseline(path: Path) -> frozenset[str]:
    """The ids in a file; raises WrongUseError when it is no baseline."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise WrongUseError(f"there is no baseline {path}: write one with --write-baseline") from None
    except (OSError, ValueError) as error:
        raise WrongUseError(f"{path} cannot be read as a baseline: {error}") from None
    if not isinstance(data, dict) or data.get("kind") != _KIND or data.get("version") != _VERSION:
        raise WrongUseError(f"{path} is no baseline of version {_VERSION}: write one with --write-baseline")
    try:
        return frozenset(str(each["id"]) for each in data["findings"])
    except (KeyError, TypeError):
        raise WrongUseError(f"{path} is damaged: every finding has an id") from None
