"""A call tree as a diagram: in Graphviz's language (`dot -Tsvg tree.dot > tree.svg`) and as a Mermaid flowchart.

Sources: graphviz.org, The DOT Language; mermaid.js.org, flowchart syntax (GitHub and many editors show it).
"""

import textwrap

from simulator.explorer.drawing.arrows import Arrow, Mood, Shown, arrows, drawn_states, mood, title
from simulator.explorer.tree import State, Tree
from simulator.printable import printable

_LONGEST_TITLE = 140
_COLOURS: dict[Mood, tuple[str, str]] = {
    "plain": ("#f8fafc", "#475569"), "good": ("#dcfce7", "#15803d"), "bad": ("#fee2e2", "#b91c1c"),
}  # fmt: skip


def dot(tree: Tree, shown: Shown | None = None) -> str:
    """The graph's text; states by their ids."""
    drawn = arrows(tree, shown or Shown())
    lines = [
        "digraph calls {",
        "  rankdir=TB; ranksep=0.6; nodesep=0.3;",
        '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11, margin="0.15,0.08"];',
        '  edge [fontname="Helvetica", fontsize=10, color="#64748b"];',
        *(f"  {_dot_node(state)}" for state in drawn_states(tree, drawn)),
        *(f"  {_dot_arrow(arrow)}" for arrow in drawn),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _dot_node(state: State) -> str:
    fill, line = ("#dbeafe", "#1d4ed8") if state.kind == "start" else _COLOURS[mood(state)]
    shape = ", shape=ellipse" if state.is_over or state.kind == "start" else ""
    text = _quoted(title(state, _LONGEST_TITLE), 36)
    return f'{state.id} [label={text}, fillcolor="{fill}", color="{line}"{shape}];'


def _dot_arrow(arrow: Arrow) -> str:
    style = ", style=dashed" if arrow.is_fault else ""
    return f"{arrow.source} -> {arrow.target} [label={_quoted(arrow.label, 28)}{style}];"


def _quoted(text: str, width: int) -> str:
    r"""In quotation marks, in lines of that width; a backslash stays one (`\N` would be the node's name)."""
    wrapped = "\n".join(textwrap.wrap(printable(text), width)) or " "
    escaped = wrapped.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


_WIDTH = 60
MOST_ARROWS = 500
"""Mermaid draws no more than these unless it is configured to (its `maxEdges`); the rest is left out and said so."""
_ENTITIES = str.maketrans(
    {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", "\\": "#92;", "|": "#124;",
     "\n": " ", "\r": " "}
)  # fmt: skip


def mermaid(tree: Tree, shown: Shown | None = None) -> str:
    """The flowchart's text; states by their ids, so that it can be read beside the tree's JSON."""
    found = arrows(tree, shown or Shown())
    drawn, left_out = found[:MOST_ARROWS], len(found) - MOST_ARROWS
    lines = ["flowchart TD"]
    lines += [f"  %% {left_out} arrows more than Mermaid draws were left out"] if left_out > 0 else []
    lines += [f"  {_mermaid_node(state)}" for state in drawn_states(tree, drawn)]
    lines += [f"  {_mermaid_arrow(arrow)}" for arrow in drawn]
    lines += [
        "  classDef start fill:#dbeafe,stroke:#1d4ed8,color:#111",
        "  classDef good fill:#dcfce7,stroke:#15803d,color:#111",
        "  classDef bad fill:#fee2e2,stroke:#b91c1c,color:#111",
    ]
    return "\n".join(lines) + "\n"


def _mermaid_node(state: State) -> str:
    text = f'"{_escaped(title(state, _WIDTH))}"'
    shape = f"([{text}])" if state.is_over else f"(({text}))" if state.kind == "start" else f"[{text}]"
    kind = "start" if state.kind == "start" else mood(state)
    return f"{state.id}{shape}" + ("" if kind == "plain" else f":::{kind}")


def _mermaid_arrow(arrow: Arrow) -> str:
    line = "-.->" if arrow.is_fault else "-->"
    return f'{arrow.source} {line}|"{_escaped(arrow.label)}"| {arrow.target}'


def _escaped(text: str) -> str:
    """Mermaid knows entities by `#name;`; a text that is none of the application's business cannot end the label."""
    return printable(text).translate(_ENTITIES)
