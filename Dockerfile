# The line as an image: `docker build -t ivr .`, `docker run --env-file .env -p 5000:5000 ivr`.
# Behind something that ends TLS. One process, unless IVR_STORE_URL names a Redis: then IVR_WORKERS of them.
FROM python:3.13-slim

WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY ivr ivr
COPY demo demo
COPY fakes fakes
COPY simulator simulator
COPY cassettes cassettes
COPY docs/calls docs/calls
RUN pip install --no-cache-dir --constraint constraints.txt '.[redis,otel]' && useradd --system --no-create-home ivr

USER ivr
ENV PYTHONUNBUFFERED=1 PORT=5000
EXPOSE 5000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz')"]
CMD exec ivr serve --host 0.0.0.0 --port "$PORT"
