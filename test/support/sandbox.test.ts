import { expect, test } from "vitest";
import { loadConnectors } from "#src/connectors/index.ts";
import { startSandbox } from "./sandbox.ts";

const provider = (await loadConnectors()).find(({ demo }) => demo)!.manifest.slug;

test("the sandbox is started as a process and controlled through its control API", async () => {
  const sandbox = await startSandbox();
  const tenant = await sandbox.createTenant({ provider, name: "acme", users: 3, groups: 1, events: 5 });
  expect(Object.keys(tenant.credentials).length).toBeGreaterThan(0);
  expect((await tenant.userIds()).ids.length).toBeGreaterThanOrEqual(3);

  const [made] = await tenant.emit();
  const { total, events } = await tenant.events(5, 10);
  expect(total).toBe(6);
  expect(events).toEqual([made]);

  await tenant.setFaults({ unauthorized: true });
  expect(await tenant.calls()).toEqual({});
  await expect(sandbox.createTenant({ provider, name: "acme" })).rejects.toThrow(/409/);
  await tenant.remove();
  expect(await sandbox.tenants()).toEqual([]);
  await sandbox.stop();
});
