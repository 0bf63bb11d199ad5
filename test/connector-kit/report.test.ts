import { expect, test } from "vitest";
import { type ReportState, report } from "#src/connector-kit/report.ts";
import { ProviderNotFoundError, ProviderUnavailableError, StreamCursorError } from "#src/errors.ts";
import { contextOf, neverAsked, readInRuns } from "./context.ts";

const start = Date.parse("2026-11-20T12:00:00Z");

function provider(states: (ReportState | Error)[]) {
  let now = start;
  let asked = 0;
  const context = contextOf(neverAsked, { now: () => new Date(now) });
  const run = (cursor: string | null) =>
    report(context, cursor, {
      name: "the credential report",
      request: async () => `report-${++asked}`,
      poll: async () => {
        const state = states.length > 1 ? states.shift() : states[0];
        if (state instanceof Error) throw state;
        return state as ReportState;
      },
      download: async function* () {
        yield ["a", "b"];
        yield ["c"];
        yield ["d"];
      },
    });
  const wait = (until: Date) => {
    now = until.getTime();
  };
  return { run, wait, asked: () => asked };
}

test("a report is asked for, waited for without a worker, and downloaded; a stopped download goes on", async () => {
  const { run, wait, asked } = provider(["pending", "pending", { ready: "url" }]);
  const waits: number[] = [];
  let cursor: string | null = null;
  let last = start;
  const items: unknown[] = [];
  do {
    const { value: page } = await run(cursor).next();
    items.push(...(page?.items ?? []));
    cursor = page?.cursor ?? null;
    if (page?.resumeAt) {
      waits.push(page.resumeAt.getTime() - last);
      last = page.resumeAt.getTime();
      wait(page.resumeAt);
    }
  } while (cursor);
  expect(waits).toEqual([10_000, 20_000, 40_000]);
  expect(items).toEqual(["a", "b", "c", "d"]);
  expect(asked()).toBe(1);
});

test.each([
  ["failed", { failed: "too much" }],
  ["is no longer there", new ProviderNotFoundError("no such report")],
] as [string, ReportState | Error][])("one that %s is asked for anew", async (_, state) => {
  const { run } = provider([state]);
  const { value } = await run(null).next();
  await expect(run(value?.cursor ?? null).next()).rejects.toThrow(StreamCursorError);
});

test("one that takes a day is asked for anew; an outage while looking is not", async () => {
  const { run, wait } = provider([new ProviderUnavailableError("down"), "pending"]);
  const { value } = await run(null).next();
  await expect(run(value?.cursor ?? null).next()).rejects.toThrow(ProviderUnavailableError);
  wait(new Date(start + 86_400_001));
  await expect(run(value?.cursor ?? null).next()).rejects.toThrow(StreamCursorError);
});

test("looks are no more than five minutes apart", async () => {
  const { run } = provider(["pending"]);
  const cursors = await readInRuns(run, { maxRuns: 12 }).catch((error: Error) => error.message);
  expect(cursors).toBe("the stream did not end in 12 runs");
  let cursor = (await run(null).next()).value?.cursor ?? null;
  let resumeAt = 0;
  for (let look = 0; look < 12; look++) {
    const { value } = await run(cursor).next();
    cursor = value?.cursor ?? null;
    resumeAt = value?.resumeAt?.getTime() ?? 0;
  }
  expect(resumeAt - start).toBe(300_000);
});
