"""What an exploration found: states, the moves between them, and what was said and asked on the way. Data only.

A tree is written as JSON (`documents.py`), resumed, judged (`findings/`), drawn and turned into tests. Codes are
masked in all that is text here; `Move.keys` holds `${sms_code}` in place of a code that was delivered.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

StateKind = Literal[
    "start", "gather", "record", "push", "ringing", "talking", "room", "stream", "endless", "stuck", "ended"
]
"""`start`: on hook. `push`: a prompt waits on the caller's other screen. `ringing`: somebody is dialled, `talking`:
joined to them. `room`: in a conference or queue. `endless`: requests without end and no turn for the caller. `stuck`:
nothing will ever happen again. `ended`: the call is over."""

MoveKind = Literal["dial", "keys", "silence", "speech", "talk", "push", "callee", "wait", "hangup"]


@dataclass(frozen=True, slots=True)
class Move:
    """What the caller (or the far end) does from a state. Two equal moves from the same state do the same.

    `value` is what doing it again needs: the number that calls, the keys (with `${sms_code}` for the delivered code),
    the words, seconds of talk, `approve`, `deny`, `ignore`, `approve-wrong`, a dial outcome. `fault` names the trouble
    that is in force meanwhile. `is_wrong`: input that should not pass any guard, such as a wrong code or a denial.
    """

    kind: MoveKind
    value: str = ""
    label: str = ""
    fault: str = ""
    is_wrong: bool = False

    @property
    def key(self) -> str:
        """Tells moves from one state apart; stays the same from run to run."""
        return ":".join(part for part in (self.kind, self.value, self.fault) if part)

    @property
    def shown(self) -> str:
        """For a person: `press 1`, `press 1 (webhook-500)`."""
        return (self.label or self.key) + (f" ({self.fault})" if self.fault else "")


@dataclass(frozen=True, slots=True)
class Input:
    """What the call listens for in a state: the attributes of the running Gather or Record that a caller can notice."""

    verb: Literal["Gather", "Record"]
    keys: bool
    speech: bool
    num_digits: int | None
    finish_on_key: str
    timeout: float


@dataclass(frozen=True, slots=True)
class State:
    """A place in the call tree, told apart by what the caller could observe (`fingerprint`) and how often before.

    `visit` counts how many times the path to it had met the same fingerprint (0: never). `heard` is what was said
    since the last move, in these `languages`, `asked` the path of the last document. `via` is the edge of the shortest
    path to it, empty for the start. `moves` are those it offers; `left_out` says why not all were made: depth, states,
    time, interrupted, unanswered (the application was no longer there), unsteady (the same moves led elsewhere when
    they were made again), or faults (all but those with faults were made).
    """

    id: str
    kind: StateKind
    caller: str
    fingerprint: str
    visit: int
    depth: int
    via: str = ""
    heard: tuple[str, ...] = ()
    asked: str = ""
    input: Input | None = None
    ending: str = ""
    moves: tuple[Move, ...] = ()
    left_out: str = ""
    languages: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """No move leads on from here."""
        return self.kind in ("ended", "endless", "stuck")

    @property
    def is_unexplored(self) -> bool:
        """Not even the moves without faults were all made."""
        return self.left_out not in ("", "faults")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to the application during an edge. `path` has the query as it stood in the URL.

    `purpose`: document, fallback, media, callback; `redirect` is the hop an HTTP redirect led to. `params` are only
    those that a move put there (Digits and alike), masked. `latency` in seconds, as the wire reported it.
    `fault` names a webhook fault that the explorer put in place of the application's answer. `twiml` is the text of
    the reply, masked, as far as it was kept. `is_steady`: the path has no number that changes from call to call.
    """

    method: str
    path: str
    purpose: Literal["document", "fallback", "redirect", "media", "callback"]
    params: Mapping[str, str]
    status: int | None
    latency: float
    error: str = ""
    fault: str = ""
    twiml: str = ""
    is_steady: bool = True

    @property
    def address(self) -> str:
        """The path without its query."""
        return self.path.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Remark:
    """What Twilio's debugger would show, and what to do about it."""

    code: int
    level: str
    message: str
    line: int | None = None
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """One move from one state to another, with everything that happened on the way, in order and masked.

    `heard` are the prompts as they reached the ear, and `steady` the same up to the first number that changes from call
    to call (empty when none does). `seconds` is virtual time, `others` are the services that the application asked
    meanwhile, as far as the journal tells.
    """

    id: str
    source: str
    target: str
    move: Move
    heard: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()
    warnings: tuple[Remark, ...] = ()
    transcript: tuple[str, ...] = ()
    seconds: float = 0.0
    others: tuple[str, ...] = ()
    steady: tuple[str, ...] = ()

    @property
    def documents(self) -> tuple[str, ...]:
        """The paths of the documents that were asked for, each as often as it was."""
        return tuple(each.path for each in self.requests if each.purpose == "document")

    @property
    def latency(self) -> float:
        """The slowest answer on the way, in seconds."""
        return max((each.latency for each in self.requests), default=0.0)


@dataclass(frozen=True, slots=True)
class Path:
    """Edges one after the other, from the start."""

    edges: tuple[Edge, ...]

    @property
    def moves(self) -> tuple[Move, ...]:
        return tuple(edge.move for edge in self.edges)

    @property
    def shown(self) -> str:
        """The moves for a person: `call from +1773… › press 1 › silence`."""
        return " › ".join(move.shown for move in self.moves) or "(nothing)"

    @property
    def keys(self) -> str:
        """The moves without words, for an id or a file name: `dial:+1773 keys:1 silence`."""
        return " ".join(move.key for move in self.moves)

    @property
    def transcript(self) -> tuple[str, ...]:
        return tuple(line for edge in self.edges for line in edge.transcript)

    @property
    def requests(self) -> tuple[Request, ...]:
        return tuple(request for edge in self.edges for request in edge.requests)


@dataclass(frozen=True)
class Tree:
    """Everything found. States and edges are in the order they were discovered; ids count from s0 and e0."""

    called: str
    url: str = ""
    seed: int = 0
    same: str = "words"
    states: tuple[State, ...] = ()
    edges: tuple[Edge, ...] = ()
    limits: Mapping[str, int | float] = field(default_factory=dict)
    """The bounds it was found within, by name: depth, states, time, revisits, faults."""
    stopped: str = ""
    """Why it is not complete: states, time, interrupted or unanswered; empty when all within the depth was explored."""

    @cached_property
    def state_by_id(self) -> Mapping[str, State]:
        return {state.id: state for state in self.states}

    @cached_property
    def edge_by_id(self) -> Mapping[str, Edge]:
        return {edge.id: edge for edge in self.edges}

    @cached_property
    def _leaving(self) -> Mapping[str, tuple[Edge, ...]]:
        leaving: dict[str, list[Edge]] = {}
        for edge in self.edges:
            leaving.setdefault(edge.source, []).append(edge)
        return {state: tuple(edges) for state, edges in leaving.items()}

    def edges_from(self, state: State) -> tuple[Edge, ...]:
        """The moves that were made from a state, in the order they were made."""
        return self._leaving.get(state.id, ())

    def path_to(self, state: State) -> Path:
        """The shortest path found to a state."""
        return Path(tuple(reversed(list(self._back_from(state)))))

    def path_through(self, edge: Edge) -> Path:
        """The shortest path found that ends with this edge."""
        return Path((*self.path_to(self.state_by_id[edge.source]).edges, edge))

    def path_along(self, edges: Sequence[str]) -> Path:
        """The path made of these edges, by their ids."""
        return Path(tuple(self.edge_by_id[each] for each in edges))

    def _back_from(self, state: State) -> Iterator[Edge]:
        while state.via:
            edge = self.edge_by_id[state.via]
            yield edge
            state = self.state_by_id[edge.source]
