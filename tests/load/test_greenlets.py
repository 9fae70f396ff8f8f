"""Several requests of one caller of a load, in greenlets; in an interpreter of their own."""

import subprocess
import sys

PROGRAM = """
import gevent
from gevent.event import Event
from simulator.load.greenlets import GreenletTasks
from simulator.load.greenlets import straight_through

tasks, go, done = GreenletTasks(), Event(), []

async def work(name):
    go.wait()
    done.append(name)

async def fail():
    raise ZeroDivisionError

assert straight_through(tasks.wait())
tasks.start(work("one"))
tasks.start(work("two"))
assert not straight_through(tasks.wait(0.01)) and tasks.are_running
go.set()
assert straight_through(tasks.wait()) and sorted(done) == ["one", "two"] and not tasks.are_running
go.clear()
tasks.start(work("three"))
tasks.start(fail())
try:
    straight_through(tasks.wait())
except ZeroDivisionError:
    print("raised", done, tasks.are_running)
"""


def test_they_end_and_fail_as_if_they_were_waited_for() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)

    assert done.stdout == "raised ['one', 'two'] False\n", done.stderr
