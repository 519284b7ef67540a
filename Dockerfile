# The server as an image; docs/guides/container.md shows its use.
#   docker build -t mxcp-server:0.1.0 .
#   docker build -t mxcp-server:0.1.0-python --build-arg PYTHON=true .
#
# Debian keeps only the newest security update of a package, so a pinned version would end builds within weeks:
# hadolint global ignore=DL3008

# A mirror's name, or one with a digest, can be given instead.
ARG BASE_IMAGE=node:24-bookworm-slim

FROM ${BASE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# no scripts: the only one would fetch a second Node, for machines whose own is too old
RUN npm ci --ignore-scripts
COPY tsconfig.json nest-cli.json rolldown.config.ts ./
COPY src src
RUN npm run bundle && npm prune --omit=dev --ignore-scripts && \
    find bundle dist node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete && \
    rm -f dist/.tsbuildinfo node_modules/.package-lock.json

FROM ${BASE_IMAGE} AS duckdb
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip
COPY deploy/docker/duckdb-requirements.txt /
RUN pip install --no-cache-dir --require-hashes --target /wheel -r /duckdb-requirements.txt && \
    chmod 755 /wheel/duckdb_cli/duckdb

FROM ${BASE_IMAGE}
ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl tini && \
    apt-get clean && rm -rf /var/lib/apt/lists/*
# `true` adds Python, for projects with Python endpoints.
ARG PYTHON=false
RUN if [ "$PYTHON" = true ]; then \
      apt-get update && apt-get install -y --no-install-recommends python3-venv && \
      apt-get clean && rm -rf /var/lib/apt/lists/* && \
      python3 -m venv /opt/venv; \
    fi
# The server installs nothing at run time. The state folders are of group 0, in which a container with another
# user id is, so that it may write there as well.
RUN rm -rf /usr/local/lib/node_modules /opt/yarn-* /usr/local/bin/npm /usr/local/bin/npx \
      /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg && \
    usermod --login mxcp --home /app/data --shell /bin/bash node && groupmod --new-name mxcp node && \
    rm -rf /home/node && \
    install -d -o mxcp -g 0 -m 0775 /app/data /app/logs /app/drift /app/audit
COPY --from=duckdb /wheel/duckdb_cli/duckdb /usr/local/bin/duckdb
COPY --from=build /build/node_modules /opt/mxcp-server/node_modules
COPY package.json LICENSE /opt/mxcp-server/
COPY bin /opt/mxcp-server/bin
COPY config /opt/mxcp-server/config
COPY python /opt/mxcp-server/python
COPY --from=build /build/dist /opt/mxcp-server/dist
COPY --from=build /build/bundle /opt/mxcp-server/bundle
COPY deploy/docker/mxcp /usr/local/bin/mxcp
# the name under which the process runs: `pgrep -f "mxcp serve"` finds it
RUN ln -s mxcp.js /opt/mxcp-server/bin/mxcp
# The requirements.txt of a project below this folder, as a path from here.
ARG REQUIREMENTS=""
RUN --mount=type=bind,target=/context \
    if [ -n "$REQUIREMENTS" ]; then /opt/venv/bin/pip install --no-cache-dir -r "/context/$REQUIREMENTS"; fi

# HOME is in the volume: sign-ins and DuckDB's extensions outlive the container.
# The virtual environment is found where the image has one, before a `.venv` that came with a mounted project.
ENV NODE_ENV=production \
    BIND_IP=0.0.0.0 \
    HOME=/app/data \
    VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
# by number, so that Kubernetes can tell that it is not root
USER 1000:1000
EXPOSE 8000
STOPSIGNAL SIGTERM
# Process 1 inherits what endpoint code leaves behind, and Node reaps only its own children; tini reaps all of them.
ENTRYPOINT ["tini", "--"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=5s --retries=3 CMD ["mxcp", "healthcheck"]
CMD ["mxcp", "serve", "--transport", "http"]

ARG VERSION=0.1.0
ARG REVISION=""
ARG CREATED=""
LABEL org.opencontainers.image.title="mxcp-server" \
      org.opencontainers.image.description="Turns a folder of declarative YAML tools, resources and prompts into a governed MCP server" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      com.mxcp.service="mxcp"
