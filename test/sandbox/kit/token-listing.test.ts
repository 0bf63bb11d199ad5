import { expect, test } from "vitest";
import { listingOf } from "../../../sandbox/kit/paging.ts";
import { type Asked, tokenListing } from "../../../sandbox/kit/token-listing.ts";
import type { Faults, Tenant } from "../../../sandbox/provider.ts";

const tenantWith = (faults: Faults = {}, unlimited = false) => ({ options: { unlimited }, faults }) as Tenant;
const list = (asked: Asked, tenant = tenantWith()) =>
  tokenListing(tenant, listingOf(["a", "b", "c"]), asked, {
    sizes: { usual: 2, max: 2 },
    write: (id) => ({ id, kind: "user" }),
    shaped: { stream: "users", required: ["id"] },
  });
const idsOf = (page: ReturnType<typeof list>) => page?.entries.map(({ id }) => id);

test("pages follow their tokens to the end, in the size that is asked for", () => {
  const first = list({ token: null });
  expect(idsOf(first)).toEqual(["a", "b"]);
  const last = list({ token: first?.nextToken });
  expect([idsOf(last), last?.nextToken]).toEqual([["c"], undefined]);
  expect(idsOf(list({ token: "", size: 1 }))).toEqual(["a"]);
  expect(idsOf(list({ token: undefined, size: "9" }))).toEqual(["a", "b"]);
  expect(idsOf(list({ token: null, size: "9" }, tenantWith({}, true)))).toEqual(["a", "b", "c"]);
});

test("a token that is not ours is refused", () => {
  expect(list({ token: "!" })).toBeUndefined();
});

test("a changed shape renames what a record cannot be without", () => {
  expect(list({ token: null, size: 1 }, tenantWith({ changedShape: "users" }))?.entries).toEqual([
    { id_v2: { value: "a" }, kind: "user" },
  ]);
});
