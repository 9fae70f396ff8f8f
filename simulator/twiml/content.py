"""What stands inside an element: its text, pairs of names and values, and what may not stand there.

Twilio validates documents against a schema and warns (12200). What it makes of words in the wrong place is not
documented: here they are read where a text is wanted, and reported everywhere else (our choice, confidence L).
"""

from collections.abc import Collection

from simulator.twiml.attributes import Finding
from simulator.twiml.parse import Element

_SCHEMA = 12200


def read_text(element: Element, findings: list[Finding], *, known: Collection[str] = (), code: int = _SCHEMA) -> str:
    """The text, white space folded, with the text of children that may not stand there; those are reported.

    `known`: children that may, and whose own text is theirs.
    """
    expect_children(element, findings, known=known, code=code)
    return " ".join(_text(element, known).split())


def expect_children(
    element: Element, findings: list[Finding], *, known: Collection[str] = (), code: int = _SCHEMA
) -> None:
    """Report every child that is not known."""
    strangers = (child for child in element.children if child.name not in known)
    findings.extend(Finding(code, f"<{child.name}> inside <{element.name}>", child.line) for child in strangers)


def expect_no_text(element: Element, findings: list[Finding]) -> None:
    """Report words where none are read."""
    if element.text:
        findings.append(Finding(_SCHEMA, f"text inside <{element.name}>, where none is read", element.line))


def expect_nothing(element: Element, findings: list[Finding]) -> None:
    """Report children and words."""
    expect_children(element, findings)
    expect_no_text(element, findings)


def read_parameters(element: Element, findings: list[Finding]) -> dict[str, str]:
    """Names and values of the Parameter children of an element that has nothing else inside."""
    expect_no_text(element, findings)
    expect_children(element, findings, known=("Parameter",))
    return read_pairs(element, "Parameter", findings)


def read_pairs(element: Element, name: str, findings: list[Finding]) -> dict[str, str]:
    """Names and values of the children called `name`, such as Parameter; one without a name is reported."""
    pairs: dict[str, str] = {}
    for child in element.children:
        if child.name == name and child.attributes.get("name"):
            pairs[child.attributes["name"]] = child.attributes.get("value", "")
        elif child.name == name:
            findings.append(Finding(_SCHEMA, f"<{name}> without a name", child.line))
    return pairs


def _text(element: Element, known: Collection[str]) -> str:
    """Nested deeper than one child, too; `parse.MAX_DEPTH` bounds that."""
    return "".join(
        part if isinstance(part, str) else "" if part.name in known else _text(part, known) for part in element.content
    )
