// How the page is built. In development what it asks of a server goes to that of
// hono-node-sqlite.

import { defineConfig } from "vite";

const server = "http://localhost:3000";

export default defineConfig({
  build: { target: "es2022", modulePreload: { polyfill: false } },
  server: { proxy: { "/api": server, "/rules.conf": server } },
});
