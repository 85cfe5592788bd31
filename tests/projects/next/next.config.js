import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL(".", import.meta.url)); // which Next.js would guess from other lock files

export default { distDir: process.env.DIST, turbopack: { root }, outputFileTracingRoot: root };
