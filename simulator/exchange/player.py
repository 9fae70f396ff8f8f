"""Runs the verbs of a document one after the other until one of them waits or sends the call elsewhere."""

from collections.abc import Generator

from simulator.verbs.script import TIMED_OUT, Document, Flow, Incoming, Leg, Script, Step, Wait


class Waits:
    """A script has yielded: the call waits."""


WAITS = Waits()


class Player:
    """Holds the document being run and the script that waits, if one does."""

    __slots__ = ("_next_step", "_script", "_steps", "wait")

    def __init__(self) -> None:
        self._steps: tuple[Step, ...] = ()
        self._next_step = 0
        self._script: Script | None = None
        self.wait: Wait | None = None

    def play(self, document: Document, leg: Leg) -> Flow | Waits:
        """Run a document from its first verb; None when it has run out of verbs."""
        self._steps, self._next_step = document.steps, 0
        return self._go_on(leg)

    def perform(self, script: Script) -> Flow | Waits:
        """Run a script that belongs to no document."""
        self._steps, self._next_step = (), 0
        return self._send(script, None)

    def resume(self, incoming: Incoming, leg: Leg) -> Flow | Waits:
        """Give the waiting script what it waited for, and run on."""
        assert self._script is not None
        flow = self._send(self._script, incoming)
        return self._go_on(leg) if flow is None else flow

    def stop(self) -> None:
        """Interrupt whatever runs; the script may still say what it has done so far."""
        script, self._script, self.wait = self._script, None, None
        self._steps, self._next_step = (), 0
        if script is not None:
            script.close()

    def _go_on(self, leg: Leg) -> Flow | Waits:
        while self._next_step < len(self._steps):
            step = self._steps[self._next_step]
            self._next_step += 1
            if step.answers:
                leg.connect()
            started = step.run(leg)
            flow = self._send(started, None) if isinstance(started, Generator) else started
            if flow is not None:
                return flow
        return None

    def _send(self, script: Script, incoming: Incoming | None) -> Flow | Waits:
        self._script, self.wait = script, None
        try:
            wait = next(script) if incoming is None else script.send(incoming)
            while wait.seconds is not None and wait.seconds <= 0:
                wait = script.send(TIMED_OUT)
        except StopIteration as stop:
            self._script = None
            flow: Flow = stop.value
            return flow
        self.wait = wait
        return WAITS
