import { describe, expect, test } from "vitest";
import type { Drive } from "#src/connectors/office365/drives.ts";
import { collaboratorsOf, ownLinkOf, sharingOf, toPermission } from "#src/connectors/office365/file-permissions.ts";
import { ProviderResponseError } from "#src/errors.ts";

const mara = {
  id: "5b1f0e6a-0000-4000-8000-000000000001",
  email: "mara.lind@fabrikam.example",
  displayName: "Mara Lind",
};
const oneDrive: Drive = { id: "b!one", owner: { id: mara.id, email: mara.email, name: mara.displayName } };
const library: Drive = { id: "b!team", owner: null };
const now = new Date("2026-11-20T12:00:00Z");

const read = (raw: object, above: string[] = []) =>
  toPermission({ id: "1", roles: ["read"], ...raw }, "value[0]", new Set(above));
const user = (more: object = {}) => ({
  grantedToV2: { user: { ...mara, ...more }, siteUser: { loginName: "i:0#.f|membership|mara.lind@fabrikam.example" } },
});
const guest = {
  grantedToV2: {
    user: { displayName: "Noor", email: "noor@partner.example" },
    siteUser: { loginName: "i:0#.f|membership|noor_partner.example#ext#@fabrikam.onmicrosoft.com" },
  },
};
const everyone = (login: string) => ({ grantedToV2: { siteGroup: { id: "9", displayName: "All", loginName: login } } });
const link = (scope: string | undefined, more: object = {}) => ({
  link: { ...(scope ? { scope } : {}), type: "edit", webUrl: "https://fabrikam.sharepoint.com/:w:/g/1", ...more },
});

describe("who an item is open to", () => {
  test.each([
    ["its owner alone", { ...user(), roles: ["owner"] }, oneDrive, "PRIVATE"],
    ["the same person in a library", user(), library, "INTERNAL"],
    ["a colleague", user({ id: "2" }), oneDrive, "INTERNAL"],
    ["a guest", guest, oneDrive, "EXTERNAL"],
    ["an application", { grantedToV2: { application: { id: "a", displayName: "Scanner" } } }, oneDrive, "PRIVATE"],
    ["a group of the site", everyone("Members"), library, "INTERNAL"],
    ["everybody but people outside", everyone("c:0-.f|rolemanager|spo-grid-all-users/7d3c"), library, "INTERNAL"],
    ["everybody with an account, guests included", everyone("c:0(.s|true"), library, "EXTERNAL"],
    ["anybody with the link", link("anonymous"), oneDrive, "PUBLIC"],
    [
      "anybody with the link until it ends",
      { ...link("anonymous"), expirationDateTime: "2026-11-21T00:00:00Z" },
      oneDrive,
      "PUBLIC",
    ],
    [
      "nobody, since the link has ended",
      { ...link("anonymous"), expirationDateTime: "2026-11-19T00:00:00Z" },
      oneDrive,
      "PRIVATE",
    ],
    ["people of the organisation with the link", link("organization"), oneDrive, "INTERNAL"],
    [
      "people named in the link, of whom one is a guest",
      { ...link("users"), grantedToIdentitiesV2: [guest.grantedToV2] },
      oneDrive,
      "EXTERNAL",
    ],
    ["nobody by a link for those who have access", link("existingAccess"), oneDrive, "PRIVATE"],
  ])("%s", (_, raw, drive, level) => {
    expect(sharingOf([read(raw)], drive, now)).toBe(level);
  });

  test("the furthest counts, wherever it comes from", () => {
    const all = [
      read(user()),
      read({ ...link("anonymous"), id: "2", inheritedFrom: { id: "f" } }),
      read({ ...guest, id: "3" }),
    ];
    expect(sharingOf(all, oneDrive, now)).toBe("PUBLIC");
    expect(ownLinkOf(all, now)).toBeNull();
  });
});

describe("a permission", () => {
  test("is inherited where Microsoft states it, and where the folder above has the same", () => {
    expect(read({ ...user(), inheritedFrom: {} }).inherited).toBe(true);
    expect(read(user(), ["1"]).inherited).toBe(true);
    expect(read(user(), ["2"]).inherited).toBe(false);
  });

  test("never ends in the year one", () => {
    expect(read({ ...link("anonymous"), expirationDateTime: "0001-01-01T00:00:00Z" }).expiresAt).toBeNull();
  });

  test("without an id names its place", () => {
    expect(() => toPermission({ roles: [] }, "value[3]", new Set())).toThrow(ProviderResponseError);
  });
});

test("a link shows its audience, end and download; of several the widest", () => {
  const all = [
    read({ ...link("organization"), id: "1" }),
    read({ ...link("anonymous", { preventsDownload: true }), id: "2", expirationDateTime: "2026-12-01T00:00:00Z" }),
  ];
  expect(ownLinkOf(all, now)).toEqual({
    ...{ audience: "PUBLIC", expiresAt: new Date("2026-12-01T00:00:00Z"), password: false, canDownload: false },
    url: "https://fabrikam.sharepoint.com/:w:/g/1",
  });
});

test("people are named by id and address, each once with the widest role; an invitation by its address", () => {
  const invited = { id: "4", invitation: { email: "sam@outside.example", signInRequired: true } };
  const all = [
    read({ ...user(), id: "1", roles: ["owner"] }),
    read({ ...user({ id: "2", email: null }), id: "2", roles: ["read"] }),
    read({ ...user({ id: "2", email: null }), id: "3", roles: ["write"] }),
    read(invited),
    read({ ...link("anonymous"), id: "5", inheritedFrom: {} }),
    read({ ...everyone("Members"), id: "6", inheritedFrom: {} }),
  ];
  const found = collaboratorsOf("b!one/01A", all, oneDrive, now);
  expect(
    found.map(({ principal, externalId, email, role, inherited }) => [principal, externalId, email, role, inherited]),
  ).toEqual([
    ["USER", mara.id, mara.email, "OWNER", false],
    ["USER", "2", "mara.lind@fabrikam.example", "WRITE", false],
    ["USER", null, "sam@outside.example", "READ", false],
    ["ANYONE", undefined, undefined, "WRITE", true],
    ["GROUP", "Members", null, "READ", true],
  ]);
});
