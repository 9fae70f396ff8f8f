"""Where the demo's own call scripts are: in `docs/calls` of a checkout, or in the installed package."""

from pathlib import Path

PACKED = Path(__file__).parent / "calls"
"""Where a wheel puts them; not there in a checkout."""
NOT_ON_RECORDINGS = ("call-back",)
"""Why, says docs/cassettes.md."""


def demo_scripts(*, on_recordings: bool = False) -> tuple[Path, ...]:
    """The files, by name; with recordings, those that can be played on them."""
    home = PACKED if PACKED.is_dir() else Path(__file__).parents[1] / "docs/calls"
    left_out = NOT_ON_RECORDINGS if on_recordings else ()
    return tuple(each for each in sorted(home.glob("*.yaml")) if each.stem not in left_out)
