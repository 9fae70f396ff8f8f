"""A phone line in FastAPI (with python-multipart); serve it with `hypercorn fastapi_line:app --bind 127.0.0.1:5000`."""

from typing import Annotated

from fastapi import FastAPI, Form, Response

app = FastAPI()


@app.post("/voice")
async def voice():
    return twiml(
        "<Say>Welcome to Atko Mobile.</Say>"
        '<Gather numDigits="1" action="/menu"><Say>For your balance press 1.</Say></Gather>'
        "<Say>I did not hear you. Goodbye.</Say>"
    )


@app.post("/menu")
async def menu(digits: Annotated[str, Form(alias="Digits")]):
    if digits == "1":
        return twiml("<Say>Your balance is 142 dollars.</Say><Hangup/>")
    return twiml("<Say>Sorry, there is no such option.</Say><Redirect>/voice</Redirect>")


def twiml(verbs):
    return Response(f"<Response>{verbs}</Response>", media_type="text/xml")
