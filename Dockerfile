FROM python:3.11-slim
WORKDIR /app
COPY pyproject.toml README.md ./
COPY schemas schemas
COPY adapters adapters
COPY hub hub
COPY workers workers
RUN pip install --no-cache-dir . && useradd --create-home hub
USER hub
WORKDIR /home/hub
