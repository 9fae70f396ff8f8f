"""Small lines as one meets them everywhere, and what the explorer finds in them."""

from collections.abc import Mapping
from typing import Any

from simulator.explorer.exploring import explore
from simulator.explorer.findings.finding import Finding, Policy, Survey
from simulator.explorer.findings.table import find_all
from simulator.explorer.plan import Plan
from simulator.explorer.tree import Tree
from simulator.explorer.verdict import Verdict
from tests.callers.line import Line, Page, Pages, Params, open_line

GOODBYE = "<Say>We have heard nothing. Goodbye.</Say>"


def asking(words: str, action: str = "/menu", after: str = GOODBYE) -> str:
    """A menu of single keys."""
    return f'<Gather numDigits="1" action="{action}"><Say>{words}</Say></Gather>{after}'


def branches(pages: Mapping[str, Page], otherwise: Page) -> Page:
    """What is answered to each key, and to all others."""

    def answer(params: Params) -> Any:  # a page's own type
        page = pages.get(params.get("Digits", ""), otherwise)
        return page(params) if callable(page) else page

    return answer


async def explored(pages: Pages, plan: Plan | None = None, **configured: Any) -> Tree:
    """The whole tree of a line; `configured` as for `open_line`."""
    return await explore(open_line(Line(pages), **configured), plan or Plan(), stopwatch=lambda: 0.0)


async def findings(pages: Pages, plan: Plan | None = None, **configured: Any) -> dict[str, Finding]:
    """What is wrong with a line, by id."""
    tree = await explored(pages, plan, **configured)
    return {each.id: each for each in find_all(Survey(tree))}


def judged(tree: Tree) -> Verdict:
    """The tree with its findings, all of them new."""
    return Verdict(tree, Policy(), find_all(Survey(tree)))
