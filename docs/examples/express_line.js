// A phone line in Express; serve it with `PORT=5000 node express_line.js`.
const express = require("express");

const app = express();
app.use(express.urlencoded({ extended: false }));

app.post("/voice", (request, response) => {
  twiml(
    response,
    "<Say>Welcome to Atko Mobile.</Say>" +
      '<Gather numDigits="1" action="/menu"><Say>For your balance press 1.</Say></Gather>' +
      "<Say>I did not hear you. Goodbye.</Say>",
  );
});

app.post("/menu", (request, response) => {
  if (request.body.Digits === "1") {
    twiml(response, "<Say>Your balance is 142 dollars.</Say><Hangup/>");
  } else {
    twiml(response, "<Say>Sorry, there is no such option.</Say><Redirect>/voice</Redirect>");
  }
});

function twiml(response, verbs) {
  response.type("text/xml").send(`<Response>${verbs}</Response>`);
}

app.listen(process.env.PORT ?? 5000, "127.0.0.1");
