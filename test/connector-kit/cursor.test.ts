import { expect, test } from "vitest";
import { isBelow, readCursor, storedInstant, writeCursor } from "#src/connector-kit/cursor.ts";
import { instantOf } from "#src/connector-kit/record.ts";
import { StreamCursorError } from "#src/errors.ts";

const now = new Date("2026-11-20T12:00:00Z");

test("what was written is read back, instants as texts", () => {
  const cursor = writeCursor({ form: "time1", of: "/orgs/acme" }, { at: now, next: null });
  const stored = readCursor({ form: "time1", of: "/orgs/acme" }, cursor);
  expect(instantOf(stored.at)).toEqual(now);
  expect(stored.next).toBeNull();
});

test.each([
  ["of another form", writeCursor({ form: "listing1" }, {})],
  ["of a former version", writeCursor({ form: "time0" }, {})],
  ["of something else", writeCursor({ form: "time1", of: "/orgs/globex" }, {})],
  ["of nothing", writeCursor({ form: "time1" }, {})],
  ["that is no JSON", "/api/v1/logs?after=1"],
  ["that is a list", "[]"],
  ["that is empty", ""],
])("a cursor %s starts the stream over", (_, cursor) => {
  expect(() => readCursor({ form: "time1", of: "/orgs/acme" }, cursor)).toThrow(StreamCursorError);
});

test("an instant in the future starts the stream over; clocks may differ by minutes", () => {
  expect(storedInstant("2026-11-20T12:09:00Z", now)).toEqual(new Date("2026-11-20T12:09:00Z"));
  expect(storedInstant(undefined, now)).toBeNull();
  expect(() => storedInstant("2026-11-20T12:11:00Z", now)).toThrow(StreamCursorError);
});

test.each([
  ["/api/v1/users?after=1", true],
  ["/api/v1/users/1", true],
  ["/API/V1/Users", true],
  ["/organizations/17/teams?page=2", true],
  ["https://graph.example/v1.0/users?$skiptoken=x", true],
  ["https://graph.example/v1.0/groups", false],
  ["/api/v1/usersx", false],
  ["/api/v1/users/../apps", false],
  ["/api/v1/users/%2e%2e/apps", false],
  ["https://evil.example/api/v1/users", false],
  ["https://evil.example/organizations/17/teams", false],
  ["//evil.example/api/v1/users", false],
  ["\\\\evil.example/api/v1/users", false],
  ["", false],
])("the path %s is below what is listed: %s", (path, below) => {
  const bases = ["/api/v1/users", "https://graph.example/v1.0/users", /^\/organizations\/\d+\//];
  expect(isBelow(path, bases)).toBe(below);
});
