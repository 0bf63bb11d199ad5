import { expect, test } from "vitest";
import type { PrivilegeItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import { posture } from "#src/connectors/github/streams/posture.ts";
import { privileges } from "#src/connectors/github/streams/privileges.ts";
import { type FakeAnswer, FakeClient } from "../fake-client.ts";

function github(rest: Record<string, FakeAnswer>): FakeClient {
  return new FakeClient(
    "https://api.github.com",
    (path) => rest[path] ?? (path === "/graphql" ? { body: { data: { organization: {} } } } : { body: [] }),
  );
}

test("security managers are who holds the organization role through a team; the listing of their own is not asked", async () => {
  const http = github({
    "/orgs/acme/organization-roles": {
      body: { total_count: 1, roles: [{ id: 138, name: "security_manager", base_role: "read", permissions: [] }] },
    },
    "/orgs/acme/organization-roles/138/teams?per_page=100": { body: [{ id: 9, slug: "guards" }] },
    "/orgs/acme/teams/guards/members?role=all&per_page=100": { body: [{ id: 4411, login: "mira-ops" }] },
  });
  const items: (PrivilegeItem | UnreadableItem)[] = [];
  for await (const page of privileges(http.context({ org: "acme", mode: "oauth" }), null)) items.push(...page.items);
  expect(items).toContainEqual({ kind: "privilege", externalId: "role:138", name: "security_manager", isAdmin: true });
  expect(items).toContainEqual({ kind: "holder", privilegeId: "role:138", userId: "4411" });
  expect(http.calls.some(({ path }) => path.includes("security-managers"))).toBe(false);
});

test("an organization without organization roles has no security managers, and is not asked for them", async () => {
  const http = github({ "/orgs/acme/organization-roles": { status: 404 } });
  for await (const _ of privileges(http.context({ org: "acme", mode: "oauth" }), null));
  expect(http.calls.some(({ path }) => path.includes("security-managers"))).toBe(false);
});

test("public repositories are picked from all, since GitHub does not offer them as a type", async () => {
  const http = github({
    "/orgs/acme": { body: {} },
    "/orgs/acme/repos?type=all&per_page=100": {
      body: [
        { name: "site", visibility: "public", private: false },
        { name: "core", visibility: "private", private: true },
        { name: "shared", visibility: "internal", private: true },
        { name: "old", private: false },
      ],
    },
  });
  for await (const { items } of posture(http.context({ org: "acme", mode: "oauth" })))
    expect(items).toContainEqual({ key: "publicRepositories", value: ["site", "old"] });
});
