"""What the nouns that ring nobody, Conference and Queue, need to know of the Dial they stand in."""

from collections.abc import Mapping
from dataclasses import replace

from simulator.values import frozen
from simulator.verbs.script import Goto


@frozen
class DialOptions:
    """The attributes of Dial that concern every noun; `action` is None when Dial has none."""

    line: int
    action: Goto | None
    timeout: int
    time_limit: int
    hangup_on_star: bool
    attributes: Mapping[str, str]
    """All of Dial's that are in force, by Twilio's names."""

    def then(self, params: Mapping[str, str]) -> Goto | None:
        """Where the call goes when the dialled part is over: to the action, or on to the next verb."""
        return None if self.action is None else replace(self.action, params=params)
