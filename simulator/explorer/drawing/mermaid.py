"""A call tree as a Mermaid flowchart, as GitHub and many editors show it. Source: mermaid.js.org, flowchart syntax."""

from simulator.explorer.drawing.arrows import Arrow, Shown, arrows, drawn_states, mood, title
from simulator.explorer.tree import State, Tree

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
    lines += [f"  {_node(state)}" for state in drawn_states(tree, drawn)]
    lines += [f"  {_arrow(arrow)}" for arrow in drawn]
    lines += [
        "  classDef start fill:#dbeafe,stroke:#1d4ed8,color:#111",
        "  classDef good fill:#dcfce7,stroke:#15803d,color:#111",
        "  classDef bad fill:#fee2e2,stroke:#b91c1c,color:#111",
    ]
    return "\n".join(lines) + "\n"


def _node(state: State) -> str:
    text = f'"{_escaped(title(state, _WIDTH))}"'
    shape = f"([{text}])" if state.is_over else f"(({text}))" if state.kind == "start" else f"[{text}]"
    kind = "start" if state.kind == "start" else mood(state)
    return f"{state.id}{shape}" + ("" if kind == "plain" else f":::{kind}")


def _arrow(arrow: Arrow) -> str:
    line = "-.->" if arrow.is_fault else "-->"
    return f'{arrow.source} {line}|"{_escaped(arrow.label)}"| {arrow.target}'


def _escaped(text: str) -> str:
    """Mermaid knows entities by `#name;`; a text that is none of the application's business cannot end the label."""
    return text.translate(_ENTITIES)
