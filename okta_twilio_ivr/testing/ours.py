"""Whether a package that the fixtures are about to import is ours, or one of the project that hides it."""

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
"""Where all packages of this distribution lie side by side."""


def check_ours(package: str) -> None:
    """Fail the test when the project has a package of that name before ours."""
    __tracebackhide__ = True
    if hidden := hidden_by(package):
        pytest.fail(hidden, pytrace=False)


def hidden_by(package: str) -> str:
    """Return a sentence about what hides our package; empty when nothing does. Imports nothing."""
    loaded = sys.modules.get(package)
    spec = find_spec(package) if loaded is None else loaded.__spec__
    found = None if spec is None else spec.origin
    if found is not None and Path(found).resolve() == HOME / package / "__init__.py":
        return ""
    where = found or "not there"
    return (
        f"the fixtures of okta-twilio-ivr need its package {package}, but here import {package} finds {where}: "
        f"rename that one, or keep its folder off sys.path in these tests"
    )
