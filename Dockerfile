# One image for both commands: `docker run dm-swarm --devices 100` and `docker run dm-swarm server --host 0.0.0.0`.

FROM node:20.20.2-bookworm-slim AS build
RUN apt-get update \
  && apt-get install --yes --no-install-recommends 'tini=0.19.0-1*' \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
COPY scripts scripts
COPY sim sim
# What only the bundling needs stays behind.
RUN node scripts/run.mjs bundle bundle \
  && rm -rf node_modules/esbuild node_modules/@esbuild node_modules/uplot node_modules/.bin

FROM node:20.20.2-bookworm-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="dm-swarm" \
  org.opencontainers.image.description="A fleet of virtual OMA DM 2.0 clients that load-tests device-management servers" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.base.name="docker.io/library/node:20.20.2-bookworm-slim"
ENV NODE_ENV=production DM_SWARM_BUNDLE=/app/bundle
COPY --from=build /usr/bin/tini-static /usr/bin/tini
COPY --from=build /app/package.json /app/
COPY --from=build /app/scripts/run.mjs /app/scripts/
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/bundle /app/bundle
# Read where the bundle's modules come from.
COPY sim/device/profiles /app/sim/device/profiles
COPY sim/server/campaigns /app/sim/server/campaigns
# Relative paths in options (--out, --profile, --devices-file) are taken from here.
WORKDIR /data
RUN chown node:node /data
USER 1000:1000
EXPOSE 8080 9464 9465
# Process 1 gets no default action for SIGTERM: without an init, one that comes before Node listens for it would be lost.
ENTRYPOINT ["/usr/bin/tini", "--", "node", "/app/scripts/run.mjs"]
CMD ["--help"]
