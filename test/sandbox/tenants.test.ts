import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConnectors } from "#src/connectors/index.ts";
import { type Sandbox, startSandbox } from "../support/sandbox.ts";

const providers = (await loadConnectors()).map(({ manifest }) => manifest.slug);
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox?.stop());

/** Encryption has a salt: the same key is another text each time. */
const encryptedKey = /-----BEGIN ENCRYPTED PRIVATE KEY-----[^-]+-----END ENCRYPTED PRIVATE KEY-----/g;

test.each(providers)(
  "a tenant of %s is the same again from the same options, down to its credentials",
  async (provider) => {
    const options = {
      provider,
      name: "again",
      seed: 7,
      users: 20,
      events: 300,
      createdAt: Date.parse("2026-03-10T12:00:00Z"),
    };
    const made = async () => {
      const tenant = await sandbox.createTenant(options);
      const found = JSON.stringify([tenant.credentials, await tenant.events(), await tenant.userIds()]);
      await tenant.remove();
      return JSON.parse(found.replace(encryptedKey, "(a key)"));
    };
    expect(await made()).toEqual(await made());
  },
);

test("a tenant keeps producing events when asked to, and stops", async () => {
  const tenant = await sandbox.createTenant({ provider: providers[0]!, name: "live", users: 20, events: 0 });
  const total = async () => (await tenant.events(0, 1)).total;
  await tenant.setLive(200);
  await expect.poll(total).toBeGreaterThan(20);
  await tenant.setLive(0);
  const stopped = await total();
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(await total()).toBe(stopped);
});
