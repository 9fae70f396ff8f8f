"""YAML (and so JSON) read into plain values that remember their lines. Knows nothing of calls.

Scalars stay the text that was written: a phone number keeps its `+`, and the keys `0123` are four keys, not an octal
number. What they mean is decided by whoever reads the field.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

from simulator.errors import SimulatorError, WrongUseError
from simulator.foreign import whole
from simulator.typed_json import parsed

_DEEPEST = 30
_MOST_REPEATED = 100_000
"""Values that aliases may put in once more; ten lines of them can stand for millions."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One word, number or sentence, as written."""

    line: int
    text: str
    is_null: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    values: tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping, in the order written; no name comes twice."""

    line: int
    values: dict[str, "Value"]


Value = Scalar | Items | Fields


class ScriptError(WrongUseError):
    """A script that cannot be read; the text begins with file and line."""


class UnreadableError(SimulatorError):
    """A value is not what its place needs; whoever knows the file makes a ScriptError of it."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


def load(path: Path) -> Value:
    """The one document of a file. Raises ScriptError for what is not a file, not UTF-8 or not YAML."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ScriptError(f"{path}: a script is UTF-8 text") from None
    except OSError as error:
        raise ScriptError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        node = yaml.compose(_without_tabs(text), Loader=yaml.SafeLoader)
        if node is None:
            raise UnreadableError(1, "the file is empty; a script has name: and steps:")
        return _Reader().value(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ScriptError(f"{path}:{line}: no YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ScriptError(f"{path}: no YAML: {str(error).splitlines()[0]}") from None
    except UnreadableError as error:
        raise ScriptError(f"{path}:{error.line}: {error}") from None
    except RecursionError:
        raise ScriptError(f"{path}: nested too deeply") from None


def _without_tabs(text: str) -> str:
    """JSON may be indented with tabs, YAML may not; inside JSON's strings there are no bare tabs."""
    if "\t" not in text or text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        parsed(text)
    except ValueError:
        return text
    return text.replace("\t", " ")


class _Reader:
    """Makes plain values of YAML's nodes; an aliased node is met again wherever its alias stands."""

    def __init__(self) -> None:
        self._met: set[int] = set()
        self._repeated = 0

    def value(self, node: yaml.Node, depth: int = 0) -> Value:
        """The value at that depth; raises UnreadableError."""
        line = node.start_mark.line + 1
        if depth > _DEEPEST:
            raise UnreadableError(line, "nested too deeply")
        self._count(node, line)
        if isinstance(node, yaml.ScalarNode):
            return Scalar(line, whole(str(node.value)), node.tag == "tag:yaml.org,2002:null")
        if isinstance(node, yaml.SequenceNode):
            return Items(line, tuple(self.value(each, depth + 1) for each in node.value))
        assert isinstance(node, yaml.MappingNode)
        values: dict[str, Value] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise UnreadableError(key.start_mark.line + 1, "a field's name is a word")
            name = whole(str(key.value))
            if name in values:
                raise UnreadableError(key.start_mark.line + 1, f"{name}: is given twice")
            values[name] = self.value(value, depth + 1)
        return Fields(line, values)

    def _count(self, node: yaml.Node, line: int) -> None:
        self._repeated += id(node) in self._met
        self._met.add(id(node))
        if self._repeated > _MOST_REPEATED:
            raise UnreadableError(line, f"aliases (*name) repeat more than {_MOST_REPEATED:,} values: write fewer")
