FROM python:3.11-slim
WORKDIR /app
COPY pyproject.toml README.md ./
COPY schemas schemas
COPY adapters adapters
COPY hub hub
COPY workers workers
RUN pip install --no-cache-dir ".[server]" && useradd --create-home --home-dir /srv/hub hub
RUN mkdir -p /srv/hub/.hub && chown hub /srv/hub/.hub
USER hub
WORKDIR /srv/hub
