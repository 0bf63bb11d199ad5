import { expect } from "vitest";
import { ends, streamsAndPauses } from "./life.ts";
import { api, gatehouse, sandbox } from "./shared.ts";
import { sorted } from "./support.ts";

/** Connects with a service account, reads everything, suspends an account, streams, and ends. */
export async function googleWorkspaceLives(): Promise<void> {
  const size = { users: 30, groups: 4, events: 120, historyDays: 3 };
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

  const life = {
    ...{ gatehouse, api, tenant, id, keepsEvents: true },
    emit: (count = 1) => tenant.emit({ count, type: "download" }),
    poke: () => api.startScan(id, ["ACTIVITIES"]),
  };
  await streamsAndPauses(life);
  await ends(life);
}
