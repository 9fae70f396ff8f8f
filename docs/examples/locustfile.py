"""Call scripts under Locust's own command: `LINE_URL=http://127.0.0.1:5000/voice locust -f locustfile.py`."""

import os
from pathlib import Path

from simulator.callers.script.reading import read_scripts
from simulator.load.plan import Plan
from simulator.load.user import CallUser


class Callers(CallUser):
    """People who hear the menu and hang up."""

    plan = Plan(
        url=os.environ["LINE_URL"],
        auth_token=os.environ["TWILIO_AUTH_TOKEN"],
        scripts=read_scripts(Path(__file__).with_name("hangs-up.yaml")),
        pause=0.5,
    )
