import { expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { type Mapped, mapArchive } from "#src/ingest/import/import.ts";
import { MadeUpApp, madeUpConnector } from "../../support/made-up-app.ts";

const connector = {
  ...madeUpConnector(() => new MadeUpApp(), { streams: {} }),
  mapEvent: (event: unknown): ActivityRecord[] => {
    const { id, at } = event as { id: string; at: string };
    return [
      {
        externalId: id,
        category: "USER",
        eventType: "thing.done",
        description: "Somebody did a thing",
        occurredAt: new Date(at),
        actor: null,
        outcome: "SUCCESS",
        targets: [],
        raw: event,
      },
    ];
  },
};

async function mapped(lines: string[]): Promise<Mapped> {
  const all: Mapped = { events: 0, records: [], problems: [] };
  const input = (async function* () {
    yield Buffer.from(lines.join("\n"));
  })();
  for await (const { events, records, problems } of mapArchive(connector, input)) {
    all.events += events;
    all.records.push(...records);
    all.problems.push(...problems);
  }
  return all;
}

test("a line of an impossible time is reported by its number, and the others come in", async () => {
  const { records, problems } = await mapped([
    '{"id":"a","at":"2026-11-20T08:00:00Z"}',
    '{"id":"b","at":"2026-11-20T08:00:01Z"}',
    '{"id":"c","at":"9999-11-20T08:00:00Z"}',
    '{"id":"d","at":"2026-11-20T08:00:03Z"}',
  ]);
  expect(records.map(({ externalId }) => externalId)).toEqual(["a", "b", "d"]);
  expect(problems).toEqual([{ line: 3, message: "Its time cannot be right: 9999-11-20T08:00:00.000Z." }]);
});
