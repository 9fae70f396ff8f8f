"""What panes are made of: text that is repainted only when it changes, caps to click on, lists of rows."""

from textual import events
from textual.app import RenderResult
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual
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
        """Tell what the layout has to know of the content; nothing in the directions that are fixed."""
        width, height = self.styles.width, self.styles.height
        if not self.content_size.width:  # not laid out yet
            return content.cell_length, 0
        return (
            content.cell_length if width is not None and width.is_auto else 0,
            content.get_height({}, self.content_size.width) if height is not None and height.is_auto else 0,
        )


def key_face(key: str, label: str) -> Content:
    """Draw a key and what it does."""
    return Content.assemble((f" {key} ", "$footer-key-foreground bold"), f"{label} ")


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


class Rows(ScrollView, can_focus=True):
    """A list of which only the rows that are seen are drawn, so that a thousand cost no more than ten.

    The newest row is selected until somebody selects another. Subclasses say how many rows there are and draw one.
    """

    COMPONENT_CLASSES = {"rows--row", "rows--selected"}  # noqa: RUF012 - Textual's way
    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("up", "move(-1)", "Earlier", show=False),
        Binding("down", "move(1)", "Later", show=False),
        Binding("home", "move(-1000000)", "First", show=False),
        Binding("end", "move(1000000)", "Newest", show=False),
    ]
    selected = reactive(-1)
    """Position of the selected row; -1 while there is none."""

    class Selected(Message):
        """Another row was selected."""

    def count(self) -> int:
        """Tell how many rows there are."""
        raise NotImplementedError

    def draw_one(self, position: int, width: int) -> Content:
        """Draw the row at that position, at most so many cells wide."""
        raise NotImplementedError

    def resize(self) -> None:
        """Take in that there may be more or fewer rows than before."""
        self.virtual_size = Size(self.scrollable_content_region.width, self.count())

    def render_line(self, y: int) -> Strip:
        position, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        base = Style.from_styles(self.get_component_styles("rows--row"))
        if position >= self.count():
            return Strip.blank(width, base.rich_style)
        is_selected = position == self.selected
        style = base + Style.from_styles(self.get_component_styles("rows--selected")) if is_selected else base
        strips = Visual.to_strips(self, self.draw_one(position, width), width, 1, style, pad=True)
        return strips[0] if strips else Strip.blank(width, style.rich_style)

    def watch_selected(self) -> None:
        self.post_message(self.Selected())
        height, top = self.scrollable_content_region.height, self.scroll_offset.y
        if self.selected < top:
            self.scroll_to(y=max(0, self.selected), animate=False)
        elif height and self.selected >= top + height:
            self.scroll_to(y=self.selected - height + 1, animate=False)
        self.refresh()

    def on_resize(self) -> None:
        self.resize()
        self.call_after_refresh(self.watch_selected)  # only then does it know how far it can be scrolled

    def on_click(self, event: events.Click) -> None:
        position = event.y + self.scroll_offset.y
        if 0 <= position < self.count():
            self.selected = position

    def action_move(self, by: int) -> None:
        if self.count():
            self.selected = max(0, min(self.count() - 1, self.selected + by))


def scroll_page(detail: Widget, pages: int) -> None:
    """Scroll by so many pages, with a line to go on from."""
    detail.scroll_relative(y=pages * max(1, detail.scrollable_content_region.height - 1), animate=False)
