"""JUnit's XML as CI systems read it: one suite, from its cases one by one. What is foreign in it is printable."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from simulator.printable import one_line, printable


@dataclass(slots=True)
class Totals:
    """What stands at the head of a suite; `seconds` are real ones."""

    tests: int = 0
    failures: int = 0
    errors: int = 0
    seconds: float = 0.0


def case(facts: Mapping[str, str]) -> str:
    """Write a test that passed: `facts` are classname, name and, where it is known, time."""
    return _written(_case(facts))


def failed_case(
    facts: Mapping[str, str], message: str, text: str, *, of: str, kind: Literal["failure", "error"] = "failure"
) -> str:
    """Write a test that did not: the message in one line, the text in several; `of` says which sort of check it was."""
    element = _case(facts)
    ElementTree.SubElement(element, kind, {"message": one_line(message), "type": of}).text = printable(text)
    return _written(element)


def document(suite: str, totals: Totals, cases: Iterable[str]) -> Iterator[str]:
    """Write the whole file, piece by piece; `suite` is its name."""
    counts = f'tests="{totals.tests}" failures="{totals.failures}" errors="{totals.errors}" time="{totals.seconds:.3f}"'
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites {counts}>\n'
    yield f'  <testsuite name="{suite}" skipped="0" {counts}>\n'
    yield from cases
    yield "  </testsuite>\n</testsuites>\n"


def _case(facts: Mapping[str, str]) -> ElementTree.Element:
    return ElementTree.Element("testcase", {name: one_line(value) for name, value in facts.items()})


def _written(element: ElementTree.Element) -> str:
    ElementTree.indent(element, level=2)
    return f"    {ElementTree.tostring(element, encoding='unicode')}\n"
