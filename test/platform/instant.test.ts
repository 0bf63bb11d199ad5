import { GraphQLError } from "graphql";
import { describe, expect, test } from "vitest";
import { schema } from "#schema/index.ts";
import { instantOf } from "#src/connector-kit/record.ts";
import { Problems } from "#src/detection/policies/problems.ts";
import { instant } from "#src/detection/policies/read.ts";
import { readInstant } from "#src/platform/instant.ts";

const unreal = [
  "2026-02-30T10:00:00Z",
  "2026-04-31T00:00:00Z",
  "2026-02-29T00:00:00Z",
  "1900-02-29T00:00:00Z",
  "2026-00-10T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-01-00T00:00:00Z",
  "2026-01-32T00:00:00Z",
  "2026-02-30T10:00:00+02:00",
  "2026-01-01T24:00:00Z",
  "2026-01-01T23:60:00Z",
  "2026-01-01T23:59:60Z",
  "2016-12-31T23:59:60Z",
  "2026-01-01T00:00:00+24:00",
  "2026-01-01T00:00:00+10:60",
];

const real: [string, string][] = [
  ["2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59.999Z"],
  ["2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"],
  ["2026-04-30T00:00:00Z", "2026-04-30T00:00:00.000Z"],
  ["2026-12-31T23:59:59-12:00", "2027-01-01T11:59:59.000Z"],
  ["2026-03-01T00:30:00+14:00", "2026-02-28T10:30:00.000Z"],
];

describe("an instant from outside", () => {
  test.each(unreal)("%s is none", (text) => {
    expect(readInstant(text)).toBeNull();
    expect(instantOf(text)).toBeNull();
  });

  test.each(real)("%s is %s", (text, expected) => {
    expect(readInstant(text)?.toISOString()).toBe(expected);
  });

  test.each([
    "2026-02-30",
    "2026-2-30",
    "2026/02/30",
    "2/30/2026",
    "30 Feb 2026 10:00 UTC",
    "Mon, 30 Feb 2026 10:00:00 GMT",
    "Mon Feb 30 10:00:00 2026 UTC",
    "Feb 30, 2026 10:00 UTC",
  ])("%s is none, however it is written", (text) => {
    expect(readInstant(text)).toBeNull();
  });

  test.each([
    "2026-02-28",
    "2024/2/29 UTC",
    "2/28/2026 UTC",
    "28 Feb 2026 10:00 UTC",
    "Sat, 28 Feb 2026 10:00:00 GMT",
    "Sat Feb 28 10:00:00 2026 UTC",
    "Wed Sep 30 2026 10:00:00 GMT+0200",
    "31 December 2026 UTC",
  ])("%s is one", (text) => {
    expect(readInstant(text)).not.toBeNull();
  });

  test("agrees with the calendar on every day of four years and of a leap century", () => {
    for (const start of [2025, 2000, 1900])
      for (let year = start; year < start + 4; year++)
        for (let month = 1; month <= 12; month++)
          for (let day = 1; day <= 31; day++) {
            const text = new Date(Date.UTC(year, 0, 1)).toISOString().slice(0, 5) + `${month}`.padStart(2, "0");
            const instant = readInstant(`${text}-${`${day}`.padStart(2, "0")}T12:00:00Z`);
            const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
            expect(instant !== null, `${text}-${day}`).toBe(day <= last);
          }
  });
});

test.each(unreal)("a filter that is kept as JSON does not take %s", (text) => {
  const problems = new Problems();
  expect(instant(text, ["occurredFrom"], problems)).toBeUndefined();
  expect(problems.found.map(({ field }) => field)).toEqual([["occurredFrom"]]);
});

describe("DateTime", () => {
  const type = schema.getType("DateTime") as unknown as { parseValue: (value: unknown) => Date };

  test.each([...unreal, "2026-11-18", "2026-11-18T07:42:19", "soon", 7])("%s is refused", (value) => {
    let error: unknown;
    try {
      type.parseValue(value);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(GraphQLError);
    expect((error as GraphQLError).extensions.code).toBe("BAD_USER_INPUT");
  });

  test.each(real)("%s is %s", (text, expected) => {
    expect(type.parseValue(text).toISOString()).toBe(expected);
  });
});
