import { describe, expect, test } from "vitest";
import { allReadable, archived } from "#src/connector-kit/archived.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { type Json, needText, readEach } from "#src/connector-kit/record.ts";
import { InvalidInputError, ProviderResponseError } from "#src/errors.ts";

const toActivity = (event: Json, path: string) =>
  ({ externalId: needText(event.id, `${path}.id`), eventType: event.type }) as ActivityRecord;

const mapEvent = archived({
  event: "an Acme event",
  hint: "events have a type",
  lists: ["entries", "data.events"],
  map: (event, path) => {
    if ("batch" in event) return [toActivity({ id: "b1" }, path), toActivity({ id: "b2" }, path)];
    return "type" in event ? toActivity(event, path) : null;
  },
});

const [one, two] = [
  { id: "1", type: "opened" },
  { id: "2", type: "closed" },
];

describe("an archive may hold", () => {
  test.each([
    ["one event", one, ["1"]],
    ["a list of events", [one, two], ["1", "2"]],
    ["a page", { entries: [one, two], next: "x" }, ["1", "2"]],
    ["a page without events", { entries: [] }, []],
    ["a delivery", { data: { events: [two] } }, ["2"]],
    ["one event in the place of a list", { data: { events: two } }, ["2"]],
    ["a list of pages", [{ entries: [one] }, { entries: [two] }], ["1", "2"]],
    ["an event with a list of the page's name", { ...one, entries: [two] }, ["1"]],
    ["an event that is several activities", { batch: true }, ["b1", "b2"]],
    ["nothing", [], []],
  ])("%s", (_, value, ids) => {
    expect(mapEvent(value).map(({ externalId }) => externalId)).toEqual(ids);
  });

  test.each([
    [7, "This is not an Acme event: an object or a list of objects is expected.", "event"],
    [{}, "This is an empty object, not an Acme event.", "event"],
    [{ access_token: "t" }, "This is the answer of a token request, not an Acme event.", "event"],
    [{ error: "x" }, "This is not an Acme event: events have a type.", "event"],
    [{ entries: [one, { error: "x" }] }, "This is not an Acme event: events have a type.", "event.entries[1]"],
  ])("no %j, which is refused in words with its place", (value, message, place) => {
    expect(() => mapEvent(value)).toThrow(
      expect.objectContaining({ name: "InvalidInputError", message, field: [place] }),
    );
    expect(() => mapEvent(value)).toThrow(InvalidInputError);
  });

  test("no event that cannot be read: the error names its path", () => {
    const path = "event.entries[1].id";
    expect(() => mapEvent({ entries: [one, { type: "x" }] })).toThrow(expect.objectContaining({ path }));
  });
});

test("what a scan would set aside is an error for an archive", () => {
  const items = (records: Json[]) => readEach(records, "rows", (row, path) => toActivity(row as Json, path));
  expect(allReadable(items([one]))).toHaveLength(1);
  expect(() => allReadable(items([one, {}]))).toThrow(expect.objectContaining({ path: "rows[1].id" }));
  expect(() => allReadable(items([one, {}]))).toThrow(ProviderResponseError);
});
