# The line as an image: `docker build -t ivr .`, `docker run --env-file .env -p 5000:5000 ivr`.
# Behind something that ends TLS; one process, because the state of calls is in memory.
FROM python:3.13-slim

WORKDIR /app
COPY pyproject.toml constraints.txt README.md ./
COPY ivr ivr
COPY demo demo
COPY fakes fakes
COPY simulator simulator
COPY cassettes cassettes
RUN pip install --no-cache-dir --constraint constraints.txt . && useradd --system --no-create-home ivr

USER ivr
ENV PYTHONUNBUFFERED=1 PORT=5000
EXPOSE 5000
CMD exec ivr serve --host 0.0.0.0 --port "$PORT"
