# All allocators, a JDK and offheap in one image:
#   docker build -t offheap . && docker run --rm offheap repro --allocator=all
# For both kinds of machines, to a registry of yours:
#   docker buildx build --platform=linux/amd64,linux/arm64 -t "$OFFHEAP_IMAGE" --push .
# Dockerfile.small makes one without JDK and allocators.
ARG NODE_IMAGE=node:20.20.2-bookworm-slim

FROM ${NODE_IMAGE} AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ make python3 default-jdk-headless \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY binding.gyp tsconfig.json tsconfig.build.json tsconfig.client.json ./
COPY bin bin
COPY data data
COPY scripts scripts
COPY native native
COPY java-repro java-repro
COPY src src
RUN npm run build && npm prune --omit=dev
# The scan set comes from the JDK's own classes: built here, so that a container starts with the work itself.
RUN node bin/offheap.js scan-set \
 && rm -rf build/Release/.deps build/Release/obj.target build/setup

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="offheap" \
      org.opencontainers.image.description="Allocator laboratory and doctor for the native memory of JVMs" \
      org.opencontainers.image.licenses="MIT"
RUN apt-get update \
 && apt-get install -y --no-install-recommends default-jre-headless libtcmalloc-minimal4 libjemalloc2 libmimalloc2.0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --home-dir /nonexistent offheap
COPY --from=build /app/package.json /app/
COPY --from=build /app/bin /app/bin
COPY --from=build /app/data /app/data
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/build /app/build
COPY --from=build /app/dist /app/dist
# /app belongs to root: raw results go to /tmp, so that a read-only root file system with a tmpfs is enough.
ENV XDG_CACHE_HOME=/tmp
# As `docker exec` and `kubectl debug` name it.
RUN ln -s /app/bin/offheap.js /usr/local/bin/offheap
USER offheap
WORKDIR /tmp
ENTRYPOINT ["node", "/app/bin/offheap.js"]
CMD ["--help"]
