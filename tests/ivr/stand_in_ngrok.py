"""Talks as the ngrok agent does at its start and at its API, as far as pyngrok listens; it opens no tunnel.

Arguments: `well` or the error code it fails with, a file for what it was told, then those of ngrok.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

how, notes, *words = sys.argv[1:]


def note(text: str) -> None:
    with open(notes, "a", encoding="utf-8") as file:
        file.write(text + "\n")


def say(line: str) -> None:
    """On standard output, which is ngrok's log."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Api(BaseHTTPRequestHandler):
    """`GET` and `POST /api/tunnels`."""

    def do_GET(self) -> None:
        self.answer({"tunnels": []})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        note(json.dumps(asked))
        self.answer({"name": "t", "public_url": "https://quiet-otter.ngrok.example", "proto": "https", "config": asked})

    def answer(self, body: object) -> None:
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Its own log is what pyngrok reads."""


note(json.dumps(words))
if how != "well":
    say(f'lvl=eror msg="failed" err="authtoken 0secret0 is bad: {how}"')
    sys.exit(1)
server = HTTPServer(("127.0.0.1", 0), Api)
say(f'lvl=info msg="starting web service" addr=127.0.0.1:{server.server_port}')
say('lvl=info msg="tunnel session started"')
say('lvl=info msg="client session established"')

server.serve_forever()
