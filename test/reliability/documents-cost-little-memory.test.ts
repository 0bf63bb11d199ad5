import { afterAll, beforeAll, expect, test } from "vitest";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { memoryMiB, newToken, report, whileOthers } from "./pressure.ts";

/** More than the product needs, and less than the documents below would take if all were kept. */
const heapMiB = 210;
const count = 130;

let gatehouse: Gatehouse;
let viewer: string;
let other: string;
beforeAll(async () => {
  gatehouse = await startGatehouse({ env: { NODE_OPTIONS: `--max-old-space-size=${heapMiB}` } });
  [viewer, other] = await Promise.all([newToken(gatehouse, "viewer"), newToken(gatehouse, "viewer")]);
});
afterAll(() => gatehouse.stop());

/** A list of numbers: of what fits into 8 kB it makes the largest trees, and it is quickly validated. */
const ones = (count: number) => `[${"1 ".repeat(count)}]`;

/** Distinct by their last field, some 8 kB each, which take 1.5 MB when they are parsed. */
const documents: Record<string, (n: number) => string> = {
  valid: (n) =>
    `{ a: nodes(ids: ${ones(990)}) { id } b: nodes(ids: ${ones(990)}) { id } c: nodes(ids: ${ones(990)}) { id } n${n}: __typename }`,
  "refused by the schema": (n) => `{ nothing(a: ${ones(3_950)}) n${n} }`,
  "refused by a limit": (n) =>
    `{ ${"viewer { name } ".repeat(32)} nodes(ids: ${ones(3_700)}) { id } n${n}: __typename }`,
  "refused by the syntax": (n) => `{ nodes(ids: ${ones(3_950)}) { n${n}: `,
  "refused by a variable": (n) =>
    `query ($n: Int!) { node(id: $n) { id } a: nodes(ids: ${ones(990)}) { id } n${n}: __typename }`,
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
