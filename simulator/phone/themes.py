"""The phone's two themes. Every other theme of Textual works too; the command palette offers them."""

from textual.theme import Theme

DARK = Theme(
    name="phone-dark",
    primary="#5ab0ff",
    secondary="#8ea8d8",
    accent="#ffc46b",
    success="#5fd38d",
    warning="#f2b84b",
    error="#ff6b70",
    foreground="#dfe6f2",
    background="#0f141d",
    surface="#151c28",
    panel="#1d2636",
    dark=True,
    variables={"footer-key-foreground": "#ffc46b", "border-blurred": "#2b374c"},
)
LIGHT = Theme(
    name="phone-light",
    primary="#0b63b8",
    secondary="#4a5f85",
    accent="#9a5b00",
    success="#177a43",
    warning="#9a6200",
    error="#c0273a",
    foreground="#1c2533",
    background="#e9edf3",
    surface="#f7f9fc",
    panel="#dde4ee",
    dark=False,
    variables={"footer-key-foreground": "#9a5b00", "border-blurred": "#c3cddc"},
)
