import { afterAll, beforeAll, expect, test } from "vitest";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { memoryMiB, newToken, report, whileOthers } from "./pressure.ts";

/** More than the product needs, and less than the documents below would take if all were kept. */
const heapMiB = 210;
const count = 150;

let gatehouse: Gatehouse;
let viewer: string;
let other: string;
beforeAll(async () => {
  gatehouse = await startGatehouse({ env: { NODE_OPTIONS: `--max-old-space-size=${heapMiB}` } });
  [viewer, other] = await Promise.all([newToken(gatehouse, "viewer"), newToken(gatehouse, "viewer")]);
});
afterAll(() => gatehouse.stop());

/** Distinct by their last field, some 8 kB each. */
const documents: Record<string, (n: number) => string> = {
  valid: (n) =>
    `{ nodes(ids: [${Array.from({ length: 190 }, (_, k) => `"${n}/${k}"`).join(" ")}]) { id } ${"__typename ".repeat(29)} }`,
  "valid, with large literals": (n) =>
    `{ activities(first: 1, filter: { eventTypes: [${Array.from({ length: 900 }, (_, k) => `"e${k}"`).join(" ")}] }) { totalCount } n${n}: __typename }`,
  "refused by the schema": (n) =>
    `{ ${Array.from({ length: 29 }, (_, k) => `nothing(${"a: [[1 2] [3 4]] ".repeat(20)}) { n${k} }`).join(" ")} n${n} }`,
  "refused by a limit": (n) => `{ ${"viewer { name } ".repeat(500)} n${n}: __typename }`,
  "refused by the syntax": (n) => `{ viewer { ${"name ".repeat(1_600)} n${n}: `,
  "refused by a variable": (n) =>
    `query ($n: Int!) { nodes(ids: [${Array.from({ length: 190 }, () => '"x"').join(" ")}]) { id } n${n}: __typename }`,
};

test.each(Object.keys(documents))("documents that are %s do not fill the memory", async (kind) => {
  const before = memoryMiB(gatehouse.process.pid);
  let isOver = false;
  const others = whileOthers(
    async () => (await gatehouse.ask("{ viewer { name } }", {}, other)).errors.length === 0,
    () => isOver,
  );
  for (let n = 0; n < count; n += 1) {
    const { status } = await gatehouse.ask(documents[kind]!(n), {}, viewer);
    expect(status).toBe(200);
  }
  isOver = true;
  const waits = await others;
  report(`${count} documents, ${kind}`, { before, after: memoryMiB(gatehouse.process.pid), others: waits });
  expect(waits.failed).toBe(0);
  expect(gatehouse.process.output()).not.toContain("heap out of memory");
});
