import { expect, test } from "vitest";
import { ApiTokens } from "../../../sandbox/kit/api-tokens.ts";

const reader = { id: "t1", name: "reader", secret: "secret-1", scopes: ["users.read"], owner: 1 };
const short = { id: "t2", name: "short", secret: "secret-2", scopes: [], expiresAt: 1000, owner: 2 };

test("a token is good until it expires, is revoked, or what it depends on ends", () => {
  const active = new Set([1, 2]);
  const tokens = new ApiTokens([reader, short], ({ owner }) => active.has(owner));
  expect(tokens.authenticate("secret-1", 0)).toBe(reader);
  expect(tokens.authenticate("secret-2", 999)).toBe(short);
  expect(tokens.authenticate("secret-2", 1000)).toBeUndefined();
  expect(tokens.authenticate("", 0)).toBeUndefined();
  active.delete(1);
  expect(tokens.authenticate("secret-1", 0)).toBeUndefined();
  expect(tokens.all).toEqual([reader, short]);
  active.add(1);
  expect(tokens.revoke("t1")).toBe(reader);
  expect(tokens.revoke("t1")).toBeUndefined();
  expect(tokens.authenticate("secret-1", 0)).toBeUndefined();
  expect(tokens.all).toEqual([short]);
});

test("a token can be issued later, and is found by its id", () => {
  const tokens = new ApiTokens([reader]);
  const issued = tokens.issue({ ...reader, id: "t3", secret: "secret-3" });
  expect(tokens.find("t3")).toBe(issued);
  expect(tokens.authenticate("secret-3", 0)).toBe(issued);
  expect(tokens.find("t9")).toBeUndefined();
});
