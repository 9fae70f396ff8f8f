"""A piece of text that is repainted only when it changes, and one that performs an action when it is clicked."""

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget


class Drawn(Widget):
    """Shows content; drawing the same again costs nothing."""

    DEFAULT_CSS = "Drawn { height: auto; }"

    def __init__(self, content: Content | str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._content = content if isinstance(content, Content) else Content(content)

    def render(self) -> RenderResult:
        return self._content

    def draw(self, content: Content) -> None:
        """Show this from now on."""
        if not content.is_same(self._content):
            is_larger_or_smaller = self._extent(content) != self._extent(self._content)
            self._content = content
            self.refresh(layout=is_larger_or_smaller)

    def _extent(self, content: Content) -> tuple[int, int]:
        """What the layout has to know of the content; nothing in the directions that are fixed."""
        width, height = self.styles.width, self.styles.height
        if not self.content_size.width:  # not laid out yet
            return content.cell_length, 0
        return (
            content.cell_length if width is not None and width.is_auto else 0,
            content.get_height({}, self.content_size.width) if height is not None and height.is_auto else 0,
        )


class Cap(Drawn):
    """Something to click on, like the cap of a key. Every click is an action that some key performs, too."""

    def __init__(
        self,
        content: Content | str,
        action: str,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
        tooltip: str | None = None,
    ) -> None:
        super().__init__(content, id=id, classes=classes)
        self.tooltip = tooltip
        self._action = action

    async def on_click(self) -> None:
        await self.app.run_action(self._action)

    def light_up(self, seconds: float = 0.18) -> None:
        """Show for a moment that it was pressed."""
        self.add_class("-lit")
        self.set_timer(seconds, lambda: self.remove_class("-lit"))
