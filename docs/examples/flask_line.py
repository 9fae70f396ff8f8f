"""A phone line in Flask; serve it with `flask --app flask_line run --port 5000`."""

from flask import Flask, request

app = Flask(__name__)


@app.post("/voice")
def voice():
    return twiml(
        "<Say>Welcome to Atko Mobile.</Say>"
        '<Gather numDigits="1" action="/menu"><Say>For your balance press 1.</Say></Gather>'
        "<Say>I did not hear you. Goodbye.</Say>"
    )


@app.post("/menu")
def menu():
    if request.form["Digits"] == "1":
        return twiml("<Say>Your balance is 142 dollars.</Say><Hangup/>")
    return twiml("<Say>Sorry, there is no such option.</Say><Redirect>/voice</Redirect>")


def twiml(verbs):
    return f"<Response>{verbs}</Response>", {"Content-Type": "text/xml"}
