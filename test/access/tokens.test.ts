import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase, tables } from "#db/client.ts";
import {
  authenticateToken,
  createApiToken,
  hashSecret,
  listApiTokens,
  looksLikeToken,
  newTokenSecret,
  revokeApiToken,
  touchToken,
} from "#src/access/tokens.ts";
import { systemViewer, type Viewer } from "#src/access/viewer.ts";
import { ForbiddenError, InvalidInputError, NotFoundError, UnauthenticatedError } from "#src/errors.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let opened: Database;
let instanceIds: number[];
beforeAll(async () => {
  database = await createTestDatabase();
  opened = openDatabase(database.url, { max: 2 });
  const rows = await opened.db
    .insert(tables.instances)
    .values([1, 2].map((n) => ({ connectorSlug: "github", name: `Org ${n}`, status: "CONNECTED" as const })))
    .returning({ id: tables.instances.id });
  instanceIds = rows.map((row) => row.id);
});
afterAll(async () => {
  await opened.close();
  await database.drop();
});

const limited = (): Viewer => ({ ...systemViewer, id: "token/0", name: "limited", instanceIds: [instanceIds[0]!] });

test("the secret works, is shown once, and only its SHA-256 is stored", async () => {
  const { token, secret } = await createApiToken(opened.db, systemViewer, { name: "ci", role: "ANALYST" });
  expect(secret).toMatch(/^ght_[\w-]{49}$/);
  expect(await authenticateToken(opened.db, secret)).toMatchObject({
    id: token.id,
    role: "ANALYST",
    instanceIds: null,
  });
  const [row] = await opened.sql`select t::text as row, hash from api_tokens t where id = ${token.id}`;
  expect(row?.hash).toBe(hashSecret(secret));
  expect(row?.row).not.toContain(secret.slice(4, 20));
  expect(JSON.stringify(await listApiTokens(opened.db, systemViewer))).not.toContain(row?.hash);
});

test("a typing error is found by the checksum, without asking the database", async () => {
  const secret = newTokenSecret();
  expect(looksLikeToken(secret)).toBe(true);
  for (const wrong of [
    secret.slice(0, -1),
    `${secret}x`,
    secret.replace("ght_", "gho_"),
    `ght_${"A".repeat(49)}`,
    "",
  ]) {
    expect(looksLikeToken(wrong)).toBe(false);
    await expect(authenticateToken(opened.db, wrong)).rejects.toThrow(UnauthenticatedError);
  }
  await expect(authenticateToken(opened.db, secret)).rejects.toThrow("does not exist");
});

test("an expired or revoked token does not authenticate; revoking twice changes nothing", async () => {
  const { token, secret } = await createApiToken(opened.db, systemViewer, {
    name: "short",
    role: "VIEWER",
    expiresAt: new Date(Date.now() + 60_000),
  });
  await expect(authenticateToken(opened.db, secret, new Date(Date.now() + 61_000))).rejects.toThrow("expired");
  const revoked = await revokeApiToken(opened.db, systemViewer, token.id);
  expect(revoked.revokedAt).toBeInstanceOf(Date);
  expect(await revokeApiToken(opened.db, systemViewer, token.id)).toEqual(revoked);
  await expect(authenticateToken(opened.db, secret)).rejects.toThrow("revoked");
  await expect(revokeApiToken(opened.db, systemViewer, 999_999)).rejects.toThrow(NotFoundError);
});

test("wrong input names its field", async () => {
  const create = (input: object) =>
    createApiToken(opened.db, systemViewer, { name: "x", role: "VIEWER", ...input }).catch((error) => error);
  expect(await create({ name: "  " })).toMatchObject({ code: "BAD_USER_INPUT", field: ["name"] });
  expect(await create({ role: "ROOT" })).toMatchObject({ field: ["role"] });
  expect(await create({ expiresAt: new Date(0) })).toMatchObject({ field: ["expiresAt"] });
  expect(await create({ instanceIds: [] })).toMatchObject({ field: ["instanceIds"] });
  expect(await create({ instanceIds: [999] })).toMatchObject({ code: "NOT_FOUND", field: ["instanceIds"] });
  expect(await create({ expiresAt: new Date(Number.NaN) })).toBeInstanceOf(InvalidInputError);
});

test("only an ADMIN manages tokens, and never beyond the own instances", async () => {
  for (const role of ["VIEWER", "ANALYST"] as const) {
    const viewer = { ...systemViewer, role };
    await expect(createApiToken(opened.db, viewer, { name: "x", role: "VIEWER" })).rejects.toThrow(ForbiddenError);
    await expect(listApiTokens(opened.db, viewer)).rejects.toThrow(ForbiddenError);
    await expect(revokeApiToken(opened.db, viewer, 1)).rejects.toThrow(ForbiddenError);
  }
  const create = (ids: number[] | null) =>
    createApiToken(opened.db, limited(), { name: "l", role: "ADMIN", instanceIds: ids });
  await expect(create(null)).rejects.toThrow(ForbiddenError);
  await expect(create([instanceIds[1]!])).rejects.toThrow(NotFoundError);
  const { token } = await create([instanceIds[0]!]);
  const other = await createApiToken(opened.db, systemViewer, { name: "all", role: "VIEWER" });
  expect((await listApiTokens(opened.db, limited())).map((row) => row.id)).toEqual([token.id]);
  await expect(revokeApiToken(opened.db, limited(), other.token.id)).rejects.toThrow(NotFoundError);
});

test("the last use is written at most once a minute", async () => {
  const { token } = await createApiToken(opened.db, systemViewer, { name: "used", role: "VIEWER" });
  const lastUsed = async () => (await listApiTokens(opened.db, systemViewer, [token.id]))[0]!.lastUsedAt?.getTime();
  const start = Date.now();
  await touchToken(opened.db, token, new Date(start));
  await touchToken(opened.db, token, new Date(start + 59_000));
  expect(await lastUsed()).toBe(start);
  await touchToken(opened.db, token, new Date(start + 61_000));
  expect(await lastUsed()).toBe(start + 61_000);
});
