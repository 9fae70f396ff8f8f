"""Trees made by hand, small enough to be read; no call was made for them."""

from simulator.explorer.tree import Edge, Input, Move, Remark, Request, State, Tree

CALLER = "+17735551234"
MENU = "For your account, press 1."
GATHER = Input("Gather", keys=True, speech=False, num_digits=1, finish_on_key="", timeout=6.0)
MOVES = (
    Move("keys", "1", "press 1"),
    Move("keys", "3", "press 3"),
    Move("silence", label="say nothing", is_wrong=True),
)


def asked(path: str, status: int = 200, **params: str) -> Request:
    """A document that the application was asked for."""
    return Request("POST", path, "document", params, status, 0.004)


SMALL = Tree(
    called="+12075551234",
    url="https://atko-mobile.example/ivr/welcome",
    states=(
        State("s0", "start", CALLER, "start", 0, 0),
        State(
            "s1",
            "gather",
            CALLER,
            "9f1c",
            0,
            1,
            "e0",
            (f"Thanks for calling. {MENU}",),
            "/ivr/welcome",
            GATHER,
            "",
            MOVES,
        ),
        State("s2", "ended", CALLER, "77aa", 0, 2, "e1", ("Goodbye.",), "/ivr/menu", None, "completed"),
        State(
            "s3", "gather", CALLER, "b0b0", 0, 2, "e2", (f"Not a choice. {MENU}",), "/ivr/menu", GATHER, "", (), "depth"
        ),
        State("s4", "ended", CALLER, "ae00", 0, 2, "e3", ("We are sorry.",), "/ivr/menu", None, "application-error"),
    ),
    edges=(
        Edge(
            "e0",
            "s0",
            "s1",
            Move("dial", CALLER, f"call from {CALLER}"),
            (f"Thanks for calling. {MENU}",),
            (asked("/ivr/welcome"),),
            (),
            (f"     0.0 s  caller       calls +12075551234 from {CALLER}",),
            7.2,
        ),
        Edge(
            "e1",
            "s1",
            "s2",
            Move("keys", "1", "press 1"),
            ("Goodbye.",),
            (asked("/ivr/menu", Digits="1"),),
            (Remark(13335, "warning", "Digits is not what it should be", 3),),
            ("     7.2 s  caller       presses 1",),
            1.0,
        ),
        Edge("e2", "s1", "s3", Move("keys", "3", "press 3"), (), (asked("/ivr/menu", Digits="3"),)),
        Edge(
            "e3",
            "s1",
            "s4",
            Move("keys", "1", "press 1", fault="webhook-500"),
            (),
            (Request("POST", "/ivr/menu", "document", {"Digits": "1"}, 500, 0.0, "", "webhook-500"),),
        ),
    ),
    limits={"depth": 2, "states": 400, "time": 60.0, "revisits": 3, "faults": 1},
)
