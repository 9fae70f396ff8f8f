"""What all tests share: a calmer garbage collector, and one worker for the tests that share something expensive."""

import gc

import pytest

EXPENSIVE = ("demo_tree",)
"""Session fixtures that take seconds; tests that use one go to the same worker (`--dist=loadgroup`)."""

gc.set_threshold(100_000, 50, 100)  # the screens' tests make millions of small objects: a quarter of their time


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for name in EXPENSIVE:
            if name in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.name} {name}"))
