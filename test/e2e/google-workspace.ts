import { expect } from "vitest";
import { ends, streamsAndPauses } from "./life.ts";
import { api, gatehouse, sandbox } from "./shared.ts";
import { sorted } from "./support.ts";

/** Connects with a service account, reads everything, suspends an account, streams, and ends. */
export async function googleWorkspaceLives(): Promise<void> {
  const size = { users: 16, groups: 4, events: 120, historyDays: 3, files: 60 };
  const tenant = await sandbox.createTenant({ provider: "google-workspace", name: "acme", ...size });
  const { serviceAccountKey, adminEmail } = tenant.credentials as Record<string, string>;
  const { instance, userErrors } = await api.connect("google-workspace", "Acme", { serviceAccountKey, adminEmail });
  expect(userErrors).toEqual([]);
  expect(instance).toMatchObject({ status: "CONNECTED", accountName: "acme.example", settings: { adminEmail } });
  expect(instance!.settings).not.toHaveProperty("serviceAccountKey");
  const { id } = instance!;
  await api.scanned(id);

  const users = await api.users(id);
  expect(sorted(users.map(({ externalId }) => externalId))).toEqual(sorted((await tenant.userIds()).ids));
  expect((await api.groups(id)).size).toBe(4);
  const outsiders = users.filter(({ isExternal }) => isExternal);
  expect(outsiders.map(({ email }) => email)).toContain("noor.vance@partner.example");

  const { files } = await gatehouse.graphql<{ files: { nodes: unknown[] } }>(
    `query ($id: ID!) { files(first: 100, filter: { instanceIds: [$id], search: "Card payments" }) {
      nodes { path sharing link { audience } collaborators { nodes { email role external inherited } } } } }`,
    { id },
  );
  expect(files.nodes).toContainEqual({
    ...{ path: "/Finance exports/Card payments.xlsx", sharing: "PUBLIC", link: { audience: "PUBLIC" } },
    collaborators: {
      nodes: expect.arrayContaining([
        { email: null, role: "READ", external: true, inherited: false },
        { email: expect.stringContaining("@acme.example"), role: "WRITE", external: false, inherited: true },
      ]),
    },
  });

  const life = {
    ...{ gatehouse, api, tenant, id, keepsEvents: true },
    emit: (count = 1) => tenant.emit({ count, type: "download" }),
    poke: () => api.startScan(id, ["ACTIVITIES"]),
  };
  await streamsAndPauses(life);
  await ends(life);
}
