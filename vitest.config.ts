import { createRequire } from "node:module";
import { defineConfig } from "vitest/config";

/** graphql 16 ships two builds; Vite would load one and Node, for the libraries, the other: and each knows only its own errors. */
const graphql = createRequire(import.meta.url).resolve("graphql");

/** Of many processes started one after the other, or of a machine that does nothing else: `npm run soak` runs them. */
const soakOnly = [
  "backup-and-restore-as-documented",
  "keys-rotate-without-a-stop",
  "one-viewers-work-does-not-stop-the-others",
  "start-together",
];

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: process.env.SOAK ? [] : soakOnly.map((name) => `test/reliability/${name}.test.ts`),
    globalSetup: ["test/support/global-setup.ts"],
    pool: "forks",
    // Files run side by side, but two at most: each has real processes behind it, and a small machine has two cores.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
});
