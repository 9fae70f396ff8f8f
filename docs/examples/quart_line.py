"""A phone line in Quart; serve it with `hypercorn quart_line:app --bind 127.0.0.1:5000`."""

from quart import Quart, request

app = Quart(__name__)


@app.post("/voice")
async def voice():
    return twiml(
        "<Say>Welcome to Atko Mobile.</Say>"
        '<Gather numDigits="1" action="/menu"><Say>For your balance press 1.</Say></Gather>'
        "<Say>I did not hear you. Goodbye.</Say>"
    )


@app.post("/menu")
async def menu():
    form = await request.form
    if form["Digits"] == "1":
        return twiml("<Say>Your balance is 142 dollars.</Say><Hangup/>")
    return twiml("<Say>Sorry, there is no such option.</Say><Redirect>/voice</Redirect>")


def twiml(verbs):
    return f"<Response>{verbs}</Response>", {"Content-Type": "text/xml"}
