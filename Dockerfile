# Two stages: what builds the wheel is not in the result. Pin the base by its digest where you build it:
# docker build --build-arg BASE=python:3.11.14-slim-bookworm@sha256:...
ARG BASE=python:3.11.14-slim-bookworm

FROM ${BASE} AS build
WORKDIR /src
RUN ["python", "-m", "venv", "/opt/hub"]
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY schemas schemas
COPY adapters adapters
COPY hub hub
COPY workers workers
RUN ["/opt/hub/bin/pip", "install", "--no-cache-dir", "."]

FROM ${BASE}
RUN ["useradd", "--uid", "10001", "--create-home", "--home-dir", "/srv/hub", "--shell", "/usr/sbin/nologin", "hub"]
COPY --from=build /opt/hub /opt/hub
ENV PATH=/opt/hub/bin:$PATH PYTHONDONTWRITEBYTECODE=1
RUN ["install", "--directory", "--owner=hub", "--mode=0700", "/srv/hub/.hub"]
USER 10001
WORKDIR /srv/hub
