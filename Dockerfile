# The line as an image: `docker build -t ivr .`, `docker run --env-file .env -p 5000:5000 ivr`.
# Behind something that ends TLS. One process, unless IVR_STORE_URL names a Redis: then IVR_WORKERS of them.
# What is installed has the hashes of requirements/image.lock (`make lock`); of this project it holds `ivr/` alone.
FROM python:3.13-slim
WORKDIR /app
COPY requirements/image.lock /tmp/
RUN pip install --no-cache-dir --require-hashes --only-binary :all: --requirement /tmp/image.lock \
    && rm /tmp/image.lock && useradd --system --no-create-home ivr
COPY ivr ivr

USER ivr
ENV PYTHONUNBUFFERED=1 PORT=5000 IVR_BACKEND=live
EXPOSE 5000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz')"]
CMD exec python -m ivr serve --host 0.0.0.0 --port "$PORT"
