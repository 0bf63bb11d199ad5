import { describe, expect, test } from "vitest";
import { mapEvent, toActivities, toUser } from "#src/connectors/netdocuments/map.ts";
import { ProviderResponseError } from "#src/errors.ts";

const user = { id: "aruiz", name: "Ana Ruiz", guid: "DUCOT-aruiz", email: "ana@firm.test" };
const letter = { docId: "4812-3456-7890", name: "Engagement letter", Matter: "M-1001" };
const row = (name: string, more: object = {}) => ({
  activity: {
    date: "2026-02-03T10:12:31",
    name,
    desc: "what the log says",
    host: "203.0.113.20",
    user,
    source: { name: "ndOffice" },
    ...more,
  },
});
const mapped = (name: string, more: object = {}) => mapEvent(row(name, more))[0]!;

describe("sentences", () => {
  test.each<[name: string, more: object, sentence: string, action: string, category: string]>([
    ["Open", { storageObject: letter }, "Ana Ruiz read Engagement letter", "READ", "USER"],
    ["Download", { storageObject: letter }, "Ana Ruiz downloaded Engagement letter", "DOWNLOAD", "USER"],
    [
      "Deliver a secure link",
      { storageObject: letter },
      "Ana Ruiz shared a secured link to Engagement letter",
      "SHARE",
      "USER",
    ],
    ["LOGIN", {}, "Ana Ruiz signed in to NetDocuments", "SIGN_IN", "LOG_ON"],
    ["Repository add users", {}, "Ana Ruiz added people to the repository: what the log says", "GRANT", "ADMIN"],
  ])("of %s", (name, more, description, action, category) => {
    expect(mapped(name, more)).toMatchObject({ description, action, category, eventType: name, outcome: "SUCCESS" });
  });
});

test.each([
  ["Opened", "Ana Ruiz read Engagement letter", "READ", "USER"],
  ["Checked In", "Ana Ruiz uploaded Engagement letter by checking it in", "UPLOAD", "USER"],
  ["Copied", "Ana Ruiz copied Engagement letter", "COPY", "USER"],
  ["Renamed", "Ana Ruiz renamed Engagement letter", "UPDATE", "USER"],
  ["Logged In", "Ana Ruiz signed in to NetDocuments", "SIGN_IN", "LOG_ON"],
  ["Sign Out", "Ana Ruiz signed out of NetDocuments", "SIGN_OUT", "LOG_ON"],
])("%s is known whatever its tense", (name, description, action, category) => {
  const found = mapped(name, { storageObject: letter });
  expect(found).toMatchObject({ description, action, category, eventType: name });
  expect(found.unmapped).toBeUndefined();
});

test("a new type is kept: of the administration log it is administration, of the other what people do", () => {
  const categoryIn = (log: "admin" | "consolidated") => toActivities([row("Retention hold lifted")], log)[0];
  expect(categoryIn("admin")).toMatchObject({ category: "ADMIN", unmapped: true });
  expect(categoryIn("consolidated")).toMatchObject({ category: "USER", unmapped: true });
});

test("times without a zone are UTC, and the member's id is the actor's", () => {
  expect(mapped("Failed login")).toMatchObject({
    ...{ outcome: "FAILURE", ipAddress: "203.0.113.20", userAgent: "ndOffice", targets: [] },
    actor: { externalId: "DUCOT-aruiz", login: "aruiz", email: "ana@firm.test" },
  });
  expect(mapped("Open").occurredAt.toISOString()).toBe("2026-02-03T10:12:31.000Z");
});

test("rows that are equal in everything get running numbers, the same ones each time", () => {
  const rows = [row("Open"), row("Print"), row("Open"), row("Open")];
  const ids = (some: readonly unknown[]) =>
    toActivities(some, "consolidated").map((one) => ("externalId" in one ? one.externalId : "unreadable"));
  expect(new Set(ids(rows)).size).toBe(4);
  expect(ids(rows).toSorted()).toEqual(ids(rows.toReversed()).toSorted());
  expect(ids(rows).filter((id) => /-[23]$/.test(id))).toHaveLength(2);
});

test("a row without date, name or activity is none", () => {
  expect(() => mapped("Open", { date: null })).toThrow(ProviderResponseError);
  expect(() => mapped("", {})).toThrow(ProviderResponseError);
});

test("a member who never registered is invited, and one from outside is external", () => {
  const member = {
    id: "DUCOT-x",
    displayName: "Pat",
    email: "pat@partner.test",
    external: true,
    lastLogin: "",
    registered: "",
  };
  expect(toUser(member, "$[0]")).toMatchObject({
    status: "INVITED",
    isExternal: true,
    lastSignInAt: null,
    emailVerified: false,
  });
  expect(toUser({ ...member, registered: "2024-03-01T10:00:00Z" }, "$[0]").status).toBe("ACTIVE");
  expect(toUser({ ...member, lastLogin: "2026-02-01T09:00:00Z" }, "$[0]").status).toBe("ACTIVE");
});
