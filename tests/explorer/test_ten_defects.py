"""Ten defects put into copies of the demo: each is named by its rule."""

import pytest

from simulator.explorer.exploring import explore
from simulator.explorer.findings.finding import Policy, Survey
from simulator.explorer.findings.table import find_all
from simulator.explorer.plan import Plan
from tests.explorer.defects import DEFECTS

GUARD = Policy(guards=("/ivr/verify_*",), protected=("/ivr/account_*",))


@pytest.mark.parametrize("name", DEFECTS)
async def test_the_defect_is_named_by_the_right_rule(name: str) -> None:
    defect = DEFECTS[name]
    policy = GUARD if defect.rule == "unguarded" else Policy()

    tree = await explore(defect.open(), Plan(bounds=defect.bounds, same=defect.same), stopwatch=lambda: 0.0)

    found = {each.id: each.rule for each in find_all(Survey(tree, policy))}
    assert found.get(defect.finding) == defect.rule
    assert set(found.values()) == {defect.rule}
