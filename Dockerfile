ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source

# Dependencies first: their layer is made anew only when the lock changes.
COPY requirements.lock ./
RUN python -m venv --without-pip /opt/drs-exporter \
    && pip --python /opt/drs-exporter/bin/python install --no-deps --require-hashes -r requirements.lock \
    && pip --python /opt/drs-exporter/bin/python check

# The lock holds the build backend too; it makes the wheel here and does not go along.
COPY pyproject.toml README.md LICENSE ./
COPY tools/package_page.py tools/package_revision.py ./tools/
COPY deploy ./deploy
COPY docs ./docs
COPY grafana ./grafana
COPY drs_exporter ./drs_exporter
ARG REVISION=unknown
RUN echo "${REVISION}" > drs_exporter/REVISION \
    && pip --python /opt/drs-exporter/bin/python wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && pip --python /opt/drs-exporter/bin/python install --no-deps --no-index /wheels/*.whl \
    && pip --python /opt/drs-exporter/bin/python uninstall --yes \
        editables hatchling packaging pathspec pluggy tomlkit trove-classifiers \
    && /opt/drs-exporter/bin/drs-exporter --version

FROM python:${PYTHON_VERSION}-slim
ARG REVISION=unknown
ARG VERSION=unknown
LABEL org.opencontainers.image.title="drs-exporter" \
      org.opencontainers.image.description="Prometheus exporter for the Data Replication Service of Huawei Cloud and T Cloud Public" \
      org.opencontainers.image.source="https://github.com/drs-exporter/drs-exporter" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

COPY --from=build /opt/drs-exporter /opt/drs-exporter
# Bytecode was made by the build; at run time nothing is written anywhere.
ENV PATH=/opt/drs-exporter/bin:$PATH PYTHONDONTWRITEBYTECODE=1

# A number, so that an orchestrator can see that it is not root.
USER 65532:65532
EXPOSE 9877
STOPSIGNAL SIGTERM

# For plain HTTP on the usual port; whoever configures TLS, passwords or another address brings a check of their own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \
    CMD ["python", "-c", "import http.client as h, sys; c = h.HTTPConnection('127.0.0.1', 9877, timeout=4); c.request('GET', '/-/healthy'); sys.exit(c.getresponse().status != 200)"]

ENTRYPOINT ["drs-exporter"]
CMD ["serve"]
