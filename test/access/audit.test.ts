import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "#db/client.ts";
import { countAudit, listAudit, recordAudit, redact } from "#src/access/audit.ts";
import { systemViewer, type Viewer } from "#src/access/viewer.ts";
import { ForbiddenError, InvalidInputError } from "#src/errors.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let opened: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  opened = openDatabase(database.url, { max: 2 });
});
afterAll(async () => {
  await opened.close();
  await database.drop();
});

const ci: Viewer = { ...systemViewer, id: "token/12", name: "ci (nightly)", ipAddress: "10.0.0.1" };

test("records who did what to what, from where, with which result", async () => {
  await recordAudit(opened.db, ci, {
    action: "instance.connect",
    target: "instance/1",
    after: { name: "Org" },
    result: "ok",
  });
  await recordAudit(opened.db, systemViewer, { action: "instance.disable", result: "CONFLICT" });
  const { entries } = await listAudit(opened.db, systemViewer);
  expect(entries).toMatchObject([
    { actor: "system", action: "instance.disable", target: null, before: null, result: "CONFLICT", ipAddress: null },
    { actor: "ci (nightly) (token/12)", after: { name: "Org" }, ipAddress: "10.0.0.1", at: expect.any(Date) },
  ]);
});

test("finds by whole actor, by name, by id, by action and by time", async () => {
  const found = async (filter: object) => (await listAudit(opened.db, systemViewer, { filter })).entries.length;
  for (const actor of ["ci (nightly) (token/12)", "ci (nightly)", "token/12", "system"])
    expect(await found({ actors: [actor] })).toBe(1);
  expect(await found({ actors: ["ci"] })).toBe(0);
  expect(await found({ actors: [] })).toBe(0);
  expect(await found({ actions: ["instance.connect", "x"] })).toBe(1);
  expect(await found({ from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 60_000) })).toBe(2);
  expect(await found({ to: new Date(0) })).toBe(0);
});

test("pages by key, newest first, and counts", async () => {
  for (let n = 0; n < 7; n += 1)
    await recordAudit(opened.db, ci, { action: "page.test", target: String(n), result: "ok" });
  const filter = { actions: ["page.test"] };
  const seen: (string | null)[] = [];
  let after: number | null = null;
  for (let more = true; more; ) {
    const page = await listAudit(opened.db, systemViewer, { first: 3, after, filter });
    seen.push(...page.entries.map((entry) => entry.target));
    after = page.entries.at(-1)!.id;
    more = page.hasNextPage;
  }
  expect(seen).toEqual(["6", "5", "4", "3", "2", "1", "0"]);
  expect(await countAudit(opened.db, systemViewer, filter)).toBe(7);
  await expect(listAudit(opened.db, systemViewer, { first: 201 })).rejects.toThrow(InvalidInputError);
});

test("only an ADMIN of everything reads it, and nobody changes it", async () => {
  for (const viewer of [
    { ...ci, role: "ANALYST" as const },
    { ...ci, instanceIds: [1] },
  ])
    await expect(listAudit(opened.db, viewer)).rejects.toThrow(ForbiddenError);
  await expect(opened.sql`update audit_log set result = 'ok'`).rejects.toThrow("append-only");
  await expect(opened.sql`delete from audit_log`).rejects.toThrow("append-only");
});

test("an entry falls with the transaction of what it tells about", async () => {
  const before = await countAudit(opened.db, systemViewer);
  const failing = opened.db.transaction(async (tx) => {
    await recordAudit(tx, ci, { action: "never", result: "ok" });
    throw new Error("after all");
  });
  await expect(failing).rejects.toThrow("after all");
  expect(await countAudit(opened.db, systemViewer)).toBe(before);
});

test("secrets are blotted out by name and by looks, at any depth; the rest stays", () => {
  const canary = "canary-value";
  const settings = {
    domain: "acme.okta.com",
    token: canary,
    clientSecret: canary,
    api_key: canary,
    nested: [{ privateKey: canary, refreshToken: { value: canary }, note: "ghp_abcdefgh1234" }],
    authorizationUrl: canary,
    code: canary,
  };
  const text = JSON.stringify(redact(settings));
  expect(text).not.toContain("canary");
  expect(text).not.toContain("ghp_");
  expect(
    redact({
      domain: "acme",
      tokenId: "12",
      secretCount: 3,
      token: null,
      credentialExpiresAt: "2026-01-01",
      pem: "-----BEGIN PRIVATE KEY-----",
    }),
  ).toEqual({
    domain: "acme",
    tokenId: "12",
    secretCount: 3,
    token: null,
    credentialExpiresAt: "2026-01-01",
    pem: "[redacted]",
  });
  expect(redact(undefined)).toBeNull();
  expect(redact({ at: new Date(0), big: 1n, cut: "x".repeat(5000), nul: "a\u0000b" })).toMatchObject({
    at: "1970-01-01T00:00:00.000Z",
    big: "1",
    cut: expect.stringContaining("(5000 characters)"),
    nul: "ab",
  });
});
