import { expect, test } from "vitest";
import { ids, numericIds, uuids } from "../../../sandbox/kit/ids.ts";

test.each([
  ["a prefix and noise", ids("00u", 7, 20), /^00u[a-z0-9]{17}$/],
  ["numbers", numericIds(4_400_000), /^44000\d\d$/],
  ["UUIDs", uuids(7, 3), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ["UUIDs without dashes", uuids(7, 3, { dashes: false }), /^[0-9a-f]{32}$/],
])("ids of %s are read back, and nothing else is", (_, { idOf, indexOfId }, form) => {
  const made = Array.from({ length: 50 }, (__, index) => idOf(index));
  expect(new Set(made).size).toBe(50);
  for (const [index, id] of made.entries()) {
    expect(id).toMatch(form);
    expect(indexOfId(id)).toBe(index);
  }
  for (const other of ["", "x", "-1", "4399999", `${made[3]}x`, `x${made[3]}`, "9".repeat(40)])
    expect(indexOfId(other), other).toBeUndefined();
});

test("tenants of another seed, and kinds of another prefix or salt, have other ids", () => {
  expect(ids("00u", 8, 20).indexOfId(ids("00u", 7, 20).idOf(1))).toBeUndefined();
  expect(ids("00g", 7, 20).indexOfId(ids("00u", 7, 20).idOf(1))).toBeUndefined();
  expect(uuids(7, 4).indexOfId(uuids(7, 3).idOf(1))).toBeUndefined();
});
