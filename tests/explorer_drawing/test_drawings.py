"""Call trees as Mermaid, for Graphviz and as a page: what they show, and that no prompt can break out of them."""

import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from simulator.explorer.drawing.arrows import Shown, arrows, label, title
from simulator.explorer.drawing.diagrams import MOST_ARROWS, dot, mermaid
from simulator.explorer.drawing.page import page
from simulator.explorer.findings.finding import Finding
from simulator.explorer.fingerprints import places
from simulator.explorer.tree import Edge, Move, State, Tree
from tests.explorer.small_trees import SMALL
from tests.explorer_drawing.lines import HOSTILE

FOUND = Finding("dead-end:/menu", "dead-end", "error", f"Nothing happens: {HOSTILE}", "say something", "e3")
"""A finding, as the rules make them."""


class Parts(HTMLParser):
    """The elements of a page, their ids, links and texts, as a browser would see them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str, attribute: str) -> list[str | None]:
        return [attributes[attribute] for name, attributes in self.elements if name == tag and attribute in attributes]


def pressed(*keys: str) -> list[Edge]:
    return [Edge(f"e{key}", "s1", "s2", Move("keys", key, f"press {key}")) for key in keys]


@pytest.mark.parametrize(
    ("keys", "words"),
    [("1", "press 1"), ("3456789*#", "press 3–9, * or #"), ("12", "press 1 or 2"), ("1234567890*#", "press any key")],
)
def test_keys_that_lead_to_one_place_are_one_arrow(keys: str, words: str) -> None:
    assert label(pressed(*keys)) == words


def test_a_label_says_under_which_faults() -> None:
    edges = [Edge("e1", "s1", "s2", Move("keys", "1", "press 1", fault)) for fault in ("okta-down", "okta-slow")]

    assert label([*edges, Edge("e2", "s1", "s2", Move("silence", label="press nothing"))]) == (
        "press 1 (okta-down, okta-slow) / press nothing"
    )


def test_a_menu_that_is_offered_again_is_the_same_place() -> None:
    assert places(SMALL) == {"s0": "s0", "s1": "s1", "s2": "s2", "s3": "s1", "s4": "s4"}
    assert [(arrow.source, arrow.target) for arrow in arrows(SMALL, Shown())] == [
        ("s0", "s1"),
        ("s1", "s2"),
        ("s1", "s1"),
    ]
    assert [arrow.target for arrow in arrows(SMALL, Shown(visits=True, faults=True))] == ["s1", "s2", "s3", "s4"]


def test_the_mermaid_chart() -> None:
    assert mermaid(SMALL, Shown(edges=frozenset(["e3"]))) == (
        "flowchart TD\n"
        '  s0(("on hook")):::start\n'
        '  s1["Thanks for calling. For your account, press 1."]\n'
        '  s2(["Goodbye. · the call ends: completed"]):::good\n'
        '  s4(["We are sorry. · the call ends: application-error"]):::bad\n'
        '  s0 -->|"call from +17735551234"| s1\n'
        '  s1 -->|"press 1"| s2\n'
        '  s1 -->|"press 3"| s1\n'
        '  s1 -.->|"press 1 (webhook-500)"| s4\n'
        "  classDef start fill:#dbeafe,stroke:#1d4ed8,color:#111\n"
        "  classDef good fill:#dcfce7,stroke:#15803d,color:#111\n"
        "  classDef bad fill:#fee2e2,stroke:#b91c1c,color:#111\n"
    )


def hostile() -> Tree:
    states = (
        State("s0", "start", "+1", "a", 0, 0),
        State("s1", "gather", "+1", "b", 0, 1, "e0", (HOSTILE, "first line\nsecond line")),
    )
    edges = (
        Edge("e0", "s0", "s1", Move("dial", "+1", HOSTILE), (HOSTILE,), (), (), (HOSTILE,)),
        Edge("e1", "s1", "s1", Move("speech", HOSTILE, f'say "{HOSTILE}"'), transcript=(HOSTILE,)),
    )
    return Tree(called=HOSTILE, url=HOSTILE, states=states, edges=edges, stopped=HOSTILE)


def test_no_prompt_ends_a_label_of_the_mermaid_chart() -> None:
    chart = mermaid(hostile())

    for line in chart.splitlines()[1:-3]:
        assert re.fullmatch(r'  s\d(\(\(".*"\)\):::start|\[".*"\]| -->\|".*"\| s\d)', line), line
        text = line.partition('"')[2].rpartition('"')[0]
        assert not set(text) & set('"<>`\\|'), line


def test_a_chart_too_large_for_mermaid_says_what_is_missing() -> None:
    states = tuple(
        State(f"s{number}", "gather", "+1", f"{number}", 0, 1, heard=(f"{number}",)) for number in range(601)
    )
    edges = tuple(Edge(f"e{n}", "s0", f"s{n + 1}", Move("keys", str(n), f"press {n}")) for n in range(600))

    chart = mermaid(Tree("+1", states=states, edges=edges))

    assert f"%% {600 - MOST_ARROWS} arrows more than Mermaid draws were left out" in chart
    assert chart.count("-->") == MOST_ARROWS


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_draws_it_with_the_words_as_they_are() -> None:
    drawn = subprocess.run(["dot", "-Tsvg"], input=dot(hostile()), capture_output=True, text=True, check=True)

    words = "".join(Parts(drawn.stdout).texts)
    assert drawn.stderr == ""
    assert "&#45;" not in words
    assert re.sub(r"\s", "", HOSTILE)[:40] in re.sub(r"\s", "", words)


def test_what_graphviz_is_given_is_quoted() -> None:
    for line in dot(hostile()).splitlines()[4:-1]:
        assert re.fullmatch(r'  s\d( -> s\d)? \[label="(?:[^"\\]|\\["\\n])*"[^"]*(?:"[^"]*"[^"]*)*\];', line), line


def test_the_page_loads_nothing_and_shows_every_word_as_a_word() -> None:
    text = page(hostile(), [replace(FOUND, edge="e1")])
    parts = Parts(text)

    assert not parts.all("script", "src")
    assert not [tag for tag, _ in parts.elements if tag in ("link", "img", "iframe", "b onclick")]
    assert not [attributes for _, attributes in parts.elements if any(name.startswith("on") for name in attributes)]
    assert len([tag for tag, _ in parts.elements if tag == "script"]) == 1
    assert sum(HOSTILE in words for words in parts.texts) >= 5
    assert "http" not in re.sub(r"<pre>.*?</pre>", "", text, flags=re.DOTALL).replace('http-equiv="', "")


def test_every_move_has_a_place_to_open_and_every_link_leads_somewhere() -> None:
    parts = Parts(page(SMALL, [FOUND]))
    ids = [attributes["id"] for _, attributes in parts.elements if "id" in attributes]
    links = {str(link) for link in parts.all("a", "href")}

    assert len(ids) == len(set(ids))
    assert {edge.id for edge in SMALL.edges} | {state.id for state in SMALL.states} <= set(ids)
    assert {f"#{edge.id}" for edge in SMALL.edges} <= links
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_a_finding_leads_to_its_move_and_is_marked_there() -> None:
    text = page(SMALL, [replace(FOUND, sentence="Nothing happens.")])

    assert '<a href="#e3">call from +17735551234 › press 1 (webhook-500)</a>' in text
    assert re.search(r'class="row fault has-finding".*<span class="badge error" title="1 found">1</span>', text)
    assert '<p class="finding error">Nothing happens.</p>' in text


def test_a_finding_is_marked_at_every_move_that_meets_it() -> None:
    text = page(SMALL, [replace(FOUND, edge="e1", ways=("e1", "e3"), along=("e0", "e3"))])

    assert len(re.findall(r'class="row \w+ has-finding"', text)) == 2
    assert '<a href="#e1">call from +17735551234 › press 1 (webhook-500)</a>' in text


def test_a_really_explored_line_fits_on_a_page(tree: Tree) -> None:
    parts = Parts(page(tree))

    ids = {attributes["id"] for _, attributes in parts.elements if "id" in attributes}
    assert {state.id for state in tree.states} | {edge.id for edge in tree.edges} <= ids
    assert any("phone.hears(" in words for words in parts.texts)
    assert any("- expect_end: completed" in words for words in parts.texts)


def test_a_title_is_as_long_as_it_may_be() -> None:
    state = SMALL.state_by_id["s1"]

    assert title(state, 20) == "Thanks for calling.…"
    assert len(title(SMALL.state_by_id["s4"], 40)) <= 40
