"""A phone line in Django, in one file; serve it with `python django_line.py runserver --noreload 5000`."""

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[], USE_TZ=True)


def voice(request):
    return twiml(
        "<Say>Welcome to Atko Mobile.</Say>"
        '<Gather numDigits="1" action="/menu"><Say>For your balance press 1.</Say></Gather>'
        "<Say>I did not hear you. Goodbye.</Say>"
    )


def menu(request):
    if request.POST["Digits"] == "1":
        return twiml("<Say>Your balance is 142 dollars.</Say><Hangup/>")
    return twiml("<Say>Sorry, there is no such option.</Say><Redirect>/voice</Redirect>")


def twiml(verbs):
    return HttpResponse(f"<Response>{verbs}</Response>", content_type="text/xml")


urlpatterns = [path("voice", voice), path("menu", menu)]
wsgi, asgi = get_wsgi_application(), get_asgi_application()

if __name__ == "__main__":
    execute_from_command_line()
