import { describe, expect, test } from "vitest";
import {
  linkHeader,
  listingOf,
  numberedPage,
  odataPage,
  offsetPage,
  pageAt,
  scimPage,
  sizeOf,
  tokenAt,
  tokenPage,
} from "../../../sandbox/kit/paging.ts";
import type { SandboxRequest } from "../../../sandbox/provider.ts";

function get(pathAndQuery: string): SandboxRequest {
  const { pathname, searchParams } = new URL(`https://api.example${pathAndQuery}`);
  const origin = "http://127.0.0.1:1";
  const body = Buffer.alloc(0);
  return { method: "GET", host: "api.example", path: pathname, query: searchParams, headers: {}, body, origin };
}

const letters = listingOf(["a", "b", "c", "d", "e"]);
/** Places 1 and 4 are empty. */
const gaps = { count: 5, at: (place: number) => (place === 1 || place === 4 ? undefined : place) };

describe("a page", () => {
  test("names the place after its last record, and nothing when only empty places follow", () => {
    expect(pageAt(letters, 0, 2)).toEqual({ records: ["a", "b"], next: 2 });
    expect(pageAt(letters, 4, 2)).toEqual({ records: ["e"], next: undefined });
    expect(pageAt(gaps, 0, 2)).toEqual({ records: [0, 2], next: 3 });
    expect(pageAt(gaps, 3, 2)).toEqual({ records: [3], next: undefined });
    expect(pageAt(letters, 9, 2)).toEqual({ records: [], next: undefined });
  });

  test("has the size that is asked for, within the limits; a load test may ask for more", () => {
    const sizes = { usual: 20, max: 100 };
    const size = (query: string, unlimited = false) =>
      sizeOf(get(`/x?${query}`), "limit", sizes, { options: { unlimited } });
    expect(["", "limit=5", "limit=500", "limit=0", "limit=x"].map((query) => size(query))).toEqual([20, 5, 100, 1, 20]);
    expect(size("limit=5000", true)).toBe(5000);
  });
});

test("a Link header keeps the query and names the provider's host", () => {
  const request = get("/users?q=a%20b&after=1");
  expect(linkHeader(request, { after: "3" }).link).toEqual([
    '<https://api.example/users?q=a+b&after=1>; rel="self"',
    '<https://api.example/users?q=a+b&after=3>; rel="next"',
  ]);
  expect(linkHeader(request, undefined).link).toHaveLength(1);
});

test("a token names a place, and a foreign one is refused", () => {
  const next = { records: ["a", "b"], nextToken: tokenAt(2) };
  expect(tokenPage(get("/x"), "cursor", letters, 2)).toEqual(next);
  expect(tokenPage(get("/x?cursor="), "cursor", letters, 2)).toEqual(next);
  expect(tokenPage(get(`/x?cursor=${tokenAt(4)}`), "cursor", letters, 2)).toEqual({
    records: ["e"],
    nextToken: undefined,
  });
  expect(tokenPage(get("/x?cursor=%21"), "cursor", letters, 2)).toBeUndefined();
});

test("an offset counts the records that are there", () => {
  expect(offsetPage(get("/x?offset=1"), "offset", gaps, 2)).toEqual({ records: [2, 3], offset: 1, total: 3 });
  expect(offsetPage(get("/x?offset=-4"), "offset", gaps, 1)).toEqual({ records: [0], offset: 0, total: 3 });
  expect(offsetPage(get("/x?offset=9"), "offset", gaps, 1)).toEqual({ records: [], offset: 9, total: 3 });
});

test("pages by number count the records that are there", () => {
  expect(numberedPage(get("/x"), "page", gaps, 2)).toEqual({ records: [0, 2], number: 1, last: 2, total: 3 });
  expect(numberedPage(get("/x?page=2"), "page", gaps, 2)).toMatchObject({ records: [3], number: 2 });
  expect(numberedPage(get("/x?page=9"), "page", gaps, 2)).toMatchObject({ records: [], last: 2 });
  expect(numberedPage(get("/x?page=-1"), "page", listingOf([]), 2)).toEqual({
    records: [],
    number: 1,
    last: 1,
    total: 0,
  });
});

test("SCIM counts from one", () => {
  expect(scimPage(get("/Users?startIndex=3"), letters, 2)).toEqual({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: 5,
    startIndex: 3,
    itemsPerPage: 2,
    Resources: ["c", "d"],
  });
  expect(scimPage(get("/Users?startIndex=0"), letters, 1)).toMatchObject({ startIndex: 1, Resources: ["a"] });
  expect(scimPage(get("/Users?startIndex=6"), letters, 1)).toMatchObject({ itemsPerPage: 0, Resources: [] });
});

test("OData repeats the query in its next link, until the last page has none", () => {
  const first = odataPage(get("/v1.0/users?$top=3"), letters, 3);
  expect(first).toMatchObject({ "@odata.context": "https://api.example/v1.0/$metadata#users", value: ["a", "b", "c"] });
  const next = new URL(String(first?.["@odata.nextLink"]));
  expect(next.searchParams.get("$top")).toBe("3");
  const last = odataPage(get(next.pathname + next.search), letters, 3);
  expect(last?.value).toEqual(["d", "e"]);
  expect(last).not.toHaveProperty("@odata.nextLink");
  expect(odataPage(get("/v1.0/users?$skiptoken=x"), letters, 3)).toBeUndefined();
});
