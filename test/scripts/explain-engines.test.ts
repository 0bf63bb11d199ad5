import { expect, test } from "vitest";
import { runNode } from "../support/process.ts";

const after = async (node: string) =>
  (
    await runNode("scripts/explain-engines.js", [], {
      env: { npm_config_user_agent: `npm/11.0.0 node/v${node} linux x64` },
    })
  ).stdout;

test("after an install with an older Node the warnings of npm are explained, once; otherwise nothing is said", async () => {
  expect(await after("20.20.2")).toMatch(/^Gatehouse runs on the Node 24 .* EBADENGINE .* Node 20 .*ignore them\.\n$/);
  expect(await after("24.21.0")).toBe("");
});
