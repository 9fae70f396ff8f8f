"""A call tree in Graphviz's language: `dot -Tsvg tree.dot > tree.svg`. Source: graphviz.org, The DOT Language."""

import textwrap

from simulator.explorer.drawing.arrows import Arrow, Mood, Shown, arrows, drawn_states, mood, title
from simulator.explorer.tree import State, Tree

_LONGEST = 140
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
        *(f"  {_node(state)}" for state in drawn_states(tree, drawn)),
        *(f"  {_arrow(arrow)}" for arrow in drawn),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _node(state: State) -> str:
    fill, line = ("#dbeafe", "#1d4ed8") if state.kind == "start" else _COLOURS[mood(state)]
    shape = ", shape=ellipse" if state.is_over or state.kind == "start" else ""
    text = _quoted(title(state, _LONGEST), 36)
    return f'{state.id} [label={text}, fillcolor="{fill}", color="{line}"{shape}];'


def _arrow(arrow: Arrow) -> str:
    style = ", style=dashed" if arrow.is_fault else ""
    return f"{arrow.source} -> {arrow.target} [label={_quoted(arrow.label, 28)}{style}];"


def _quoted(text: str, width: int) -> str:
    r"""In quotation marks, in lines of that width; a backslash stays one (`\N` would be the node's name)."""
    wrapped = "\n".join(textwrap.wrap(text, width)) or " "
    escaped = wrapped.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
