import { expect, test } from "vitest";
import type { SharingLevel } from "#src/connector-kit/contract/records.ts";
import { isExternal, ownDomains, type SharingFacts, sharingInEffect } from "#src/inventory/files/sharing.ts";

const now = new Date("2026-11-21T08:00:00Z");
const past = new Date("2026-11-20T08:00:00Z");
const future = new Date("2026-12-01T08:00:00Z");

const person = (domain: string | null) => ({ principal: "USER", domain, role: "READ" }) as const;
const owner = (domain: string) => ({ principal: "USER", domain, role: "OWNER" }) as const;
const anyone = { principal: "ANYONE", domain: null, role: "READ" } as const;
const link = (audience: SharingLevel, expiresAt: Date | null = null) => ({ audience, expiresAt });

const acme = ownDomains(["acme.example"], []);
const acmeAndSister = ownDomains(["Acme.example"], ["sister.example"]);
const none = ownDomains([], []);

const cases: [string, Partial<SharingFacts>, typeof acme, SharingLevel | null][] = [
  ["nobody but the owner", { collaborators: [owner("acme.example")] }, acme, "PRIVATE"],
  ["a person of the organisation", { collaborators: [person("acme.example")] }, acme, "INTERNAL"],
  ["a person outside", { collaborators: [person("acme.example"), person("other.example")] }, acme, "EXTERNAL"],
  ["an owner outside", { collaborators: [owner("other.example")] }, acme, "EXTERNAL"],
  [
    "a domain of its own under another name is another domain",
    { collaborators: [person("eu.acme.example")] },
    acme,
    "EXTERNAL",
  ],
  ["a person whose address is not known", { collaborators: [person(null)] }, acme, "INTERNAL"],
  ["anybody, where the app reports a private file", { collaborators: [anyone] }, acme, "PUBLIC"],
  ["a link for anybody", { link: link("PUBLIC") }, acme, "PUBLIC"],
  ["a link for anybody that ends later", { link: link("PUBLIC", future) }, acme, "PUBLIC"],
  ["a link for anybody that has ended", { link: link("PUBLIC", past) }, acme, "PRIVATE"],
  [
    "what was reported while the link that has ended held",
    { reported: "PUBLIC", link: link("PUBLIC", past) },
    acme,
    "PRIVATE",
  ],
  ["a link for the organisation", { link: link("INTERNAL") }, acme, "INTERNAL"],
  ["a report beyond what is seen", { reported: "EXTERNAL" }, acme, "EXTERNAL"],
  [
    "a report that a domain which was added explains",
    { reported: "EXTERNAL", collaborators: [person("sister.example")] },
    acmeAndSister,
    "INTERNAL",
  ],
  [
    "a report beyond what that domain explains",
    { reported: "PUBLIC", collaborators: [person("sister.example")] },
    acmeAndSister,
    "PUBLIC",
  ],
  [
    "no domain known: the report holds",
    { reported: "EXTERNAL", collaborators: [person("acme.example")] },
    none,
    "EXTERNAL",
  ],
  [
    "no domain known, and shared inside by the report",
    { reported: "INTERNAL", collaborators: [person("x.example")] },
    none,
    "INTERNAL",
  ],
  ["not readable and nothing seen", { reported: null }, acme, null],
  [
    "not readable, and seen to be shared inside",
    { reported: null, collaborators: [person("acme.example")] },
    acme,
    null,
  ],
  [
    "not readable, and seen to be shared outside",
    { reported: null, collaborators: [person("other.example")] },
    acme,
    "EXTERNAL",
  ],
];

test.each(cases)("%s", (_, facts, own, level) => {
  expect(sharingInEffect({ reported: "PRIVATE", link: null, collaborators: [], ...facts }, own, now)).toBe(level);
});

test("who is outside is decided by domains, and by nothing where none is known", () => {
  expect(isExternal(person("other.example"), acme.all)).toBe(true);
  expect(isExternal(person("acme.example"), acme.all)).toBe(false);
  expect(isExternal(person("other.example"), none.all)).toBe(false);
  expect(isExternal(anyone, none.all)).toBe(true);
});
