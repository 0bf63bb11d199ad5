import { createRequire } from "node:module";
import { defineConfig } from "vitest/config";

/** graphql 16 ships two builds; Vite would load one and Node, for the libraries, the other: and each knows only its own errors. */
const graphql = createRequire(import.meta.url).resolve("graphql");

/** Of many processes started one after the other, or of a machine that does nothing else: `npm run soak` runs them. */
const soakOnly = [
  "test/inventory/ip-ranges/killed.test.ts",
  "test/reliability/backup-and-restore-as-documented.test.ts",
  "test/reliability/documents-cost-little-memory.test.ts",
  "test/reliability/keys-rotate-without-a-stop.test.ts",
  "test/reliability/one-viewers-work-does-not-stop-the-others.test.ts",
  "test/reliability/start-together.test.ts",
];

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: process.env.SOAK ? [] : soakOnly,
    globalSetup: ["test/support/global-setup.ts"],
    pool: "forks",
    // Each file has real processes behind it, and a small machine has two cores; and a quarter of the time of a file is waiting.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
});
