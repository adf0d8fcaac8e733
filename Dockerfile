FROM node:22-slim AS build
WORKDIR /muster
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json nest-cli.json ./
COPY src ./src
RUN npx nest build

FROM node:22-slim AS dependencies
WORKDIR /muster
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:22-slim
# Inside a container the port is reached from outside it only.
ENV NODE_ENV=production MUSTER_HOST=0.0.0.0 MUSTER_DATA_DIR=/var/lib/muster
# The embedded database, when DATABASE_URL is unset, lives in the volume.
RUN install -d -o node -g node -m 0700 /var/lib/muster
WORKDIR /muster
COPY --from=dependencies /muster/node_modules ./node_modules
COPY --from=build /muster/dist ./dist
COPY package.json LICENSE* ./
COPY bin ./bin
COPY migrations ./migrations
USER node
VOLUME /var/lib/muster
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/livez`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=32", "bin/start.js"]
