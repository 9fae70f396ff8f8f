"""An Okta Verify prompt that waits when the explorer dials belongs to an earlier call: a served Okta keeps it."""

from tests.callers.line import HandMobile
from tests.explorer.usual_lines import asking, branches, explored


async def test_a_prompt_from_before_the_call_is_neither_waited_for_nor_answered() -> None:
    mobile = HandMobile()
    mobile.prompt("of an earlier call")
    pages = {"/voice": asking("For sales press 1."), "/menu": branches({"1": "<Say>Sales.</Say>"}, "<Hangup/>")}

    tree = await explored(pages, mobile=mobile)

    kinds = {edge.move.kind for edge in tree.edges}
    assert "keys" in kinds
    assert "push" not in kinds
    assert mobile.answered == []
