import { expect, test } from "vitest";
import type { ActivityRowFragment } from "../../web/console/__generated__/activity.ts";
import { type Gap, withGaps } from "../../web/console/pages/activity/rows.ts";
import { activitySearch, conditionsOf, periodOf } from "../../web/console/pages/activity/search.ts";
import { parseSearch, stringifySearch } from "../../web/console/shared/search.ts";

test("an address is a list of plain parameters, and reads back as it was written", () => {
  const search = { status: ["OPEN", "IN_PROGRESS"], search: "a & b", open: undefined };
  expect(stringifySearch(search)).toBe("?status=OPEN&status=IN_PROGRESS&search=a+%26+b");
  expect(parseSearch(stringifySearch(search))).toEqual({ status: ["OPEN", "IN_PROGRESS"], search: "a & b" });
  expect(stringifySearch({ open: "" })).toBe("");
});

test("what an address has and the schema does not know is dropped, not sent", () => {
  const search = activitySearch({
    category: ["ADMIN", "<script>"],
    outcome: "NONSENSE",
    country: "de",
    from: "yesterday",
  });
  expect(conditionsOf(search)).toEqual({ categories: ["ADMIN"], countries: ["DE"] });
  expect(search.from).toBeUndefined();
});

test("a period back from now stays the same for a minute; one with an end is as it was chosen", () => {
  const now = Date.parse("2026-11-30T12:00:59Z");
  expect(periodOf({ range: "1h" }, now)).toEqual({ from: "2026-11-30T11:00:00.000Z", to: null });
  expect(periodOf({}, now)).toEqual(periodOf({}, now - 58_000));
  const chosen = { from: "2026-11-01T00:00:00.000Z", to: "2026-11-02T00:00:00.000Z" };
  expect(periodOf(chosen, now)).toEqual(chosen);
});

test("a gap is a row between the activities around it, in the instances that are shown", () => {
  const at = (occurredAt: string) => ({ id: occurredAt, occurredAt }) as ActivityRowFragment;
  const gap = (id: string, from: string, to: string) => ({ from, to, reason: "no answer", instance: { id } }) as Gap;
  const activities = ["09", "07", "03"].map((hour) => at(`2026-11-30T${hour}:00:00Z`));
  const gaps = [
    gap("a", "2026-11-30T04:00:00Z", "2026-11-30T06:00:00Z"),
    gap("b", "2026-11-30T07:30:00Z", "2026-11-30T08:00:00Z"),
  ];
  const ids = (rows: ReturnType<typeof withGaps>) =>
    rows.map((row) => ("gap" in row ? row.gap.instance.id : row.id.slice(11, 13)));
  expect(ids(withGaps(activities, gaps))).toEqual(["09", "b", "07", "a", "03"]);
  expect(ids(withGaps(activities, gaps, ["a"]))).toEqual(["09", "07", "a", "03"]);
});
