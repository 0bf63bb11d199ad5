import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase, tables } from "#db/client.ts";
import { type Authenticator, createAuthenticator } from "#src/access/authenticate.ts";
import {
  cookieHeader,
  createSignInLink,
  endSession,
  openSession,
  openSessionByLink,
  openSessionByToken,
  readCookie,
  sessionCookieName,
} from "#src/access/sessions.ts";
import { createApiToken, newTokenSecret, revokeApiToken } from "#src/access/tokens.ts";
import { systemViewer, type Viewer } from "#src/access/viewer.ts";
import { RateLimitedError, UnauthenticatedError } from "#src/errors.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const publicUrl = "http://127.0.0.1:4000";
let database: TestDatabase;
let opened: Database;
let time = Date.now();
const now = () => new Date(time);
let statements = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  opened = openDatabase(database.url, { max: 4 });
  const session = (opened.db as unknown as { _: { session: { prepareQuery: (...args: unknown[]) => unknown } } })._
    .session;
  const prepare = session.prepareQuery.bind(session);
  session.prepareQuery = (...args: unknown[]) => {
    statements += 1;
    return prepare(...args);
  };
});
afterAll(async () => {
  await opened.close();
  await database.drop();
});

const authenticator = (): Authenticator =>
  createAuthenticator({ db: opened.db, config: { publicUrl, oidc: null }, now });
const newToken = (role: Viewer["role"] = "ANALYST") =>
  createApiToken(opened.db, systemViewer, { name: "ci", role }, now());
const cookieOf = (value: string) => `${sessionCookieName(publicUrl)}=${value}`;

test("a bearer token stands for its viewer; nothing presented is nobody", async () => {
  const { token, secret } = await newToken();
  const access = authenticator();
  const viewer = await access.fromHeaders({ authorization: `Bearer ${secret}` }, "10.0.0.9");
  expect(viewer).toEqual({
    id: `token/${token.id}`,
    name: "ci",
    role: "ANALYST",
    instanceIds: null,
    sessionId: null,
    ipAddress: "10.0.0.9",
    expiresAt: null,
  });
  expect(await access.fromHeaders({}, "10.0.0.9")).toBeNull();
  for (const authorization of [
    "",
    "Basic x",
    "Bearer",
    `Bearer ${secret} x`,
    `Bearer ${newTokenSecret()}`,
    "Bearer a.b.c",
  ])
    await expect(access.fromHeaders({ authorization }, "10.0.0.8")).rejects.toThrow(UnauthenticatedError);
});

test("a proof found good costs no statement for some seconds, and revocation shows within five", async () => {
  const { token, secret } = await newToken();
  const access = authenticator();
  const ask = () => access.fromHeaders({ authorization: `Bearer ${secret}` }, null);
  await ask();
  const before = statements;
  await Promise.all(Array.from({ length: 50 }, ask));
  expect(statements).toBe(before);
  await revokeApiToken(opened.db, systemViewer, token.id);
  time += 4_900;
  await expect(ask()).rejects.toThrow("revoked");
});

test("connection_init takes authorization, headers or token, and falls back to the cookie", async () => {
  const { secret } = await newToken();
  const access = authenticator();
  const { cookie } = await openSession(opened.db, { name: "Ada", role: "ADMIN" }, now());
  const ask = (params: Record<string, unknown> | undefined, header: string | null = null) =>
    access.fromConnectionParams(params, header, null);
  for (const params of [
    { authorization: `Bearer ${secret}` },
    { Authorization: `bearer ${secret}` },
    { headers: { Authorization: `Bearer ${secret}` } },
    { token: secret },
    { token: `Bearer ${secret}` },
  ])
    expect(await ask(params, cookieOf(cookie))).toMatchObject({ name: "ci" });
  expect(await ask({}, cookieOf(cookie))).toMatchObject({ name: "Ada", role: "ADMIN" });
  expect(await ask(undefined)).toBeNull();
  await expect(ask({ authorization: 7 }, cookieOf(cookie))).rejects.toThrow(UnauthenticatedError);
  await expect(ask({ token: "nonsense" }, cookieOf(cookie))).rejects.toThrow(UnauthenticatedError);
});

test("a sign-in link opens one session, once, within ten minutes", async () => {
  const path = await createSignInLink(opened.db, { name: "Ada", role: "ADMIN", next: "/graphiql" }, now());
  expect(path).toMatch(/^\/signin\?token=[\w-]{43}&next=%2Fgraphiql$/);
  const token = new URL(path, publicUrl).searchParams.get("token")!;
  const tries = await Promise.allSettled([1, 2, 3].map(() => openSessionByLink(opened.db, token, now())));
  expect(tries.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  const late = await createSignInLink(opened.db, { name: "Ada", role: "ADMIN" }, now());
  time += 601_000;
  await expect(openSessionByLink(opened.db, late.split("=")[1]!, now())).rejects.toThrow("older than 10 minutes");
});

test("a session lasts twelve hours, ends on sign-out, and its cookie is not in the database", async () => {
  const access = authenticator();
  const { cookie, viewer } = await openSession(opened.db, { name: "Ada", role: "ADMIN" }, now());
  const ask = () => access.fromHeaders({ cookie: `other=1; ${cookieOf(cookie)}` }, null);
  expect(await ask()).toMatchObject({
    name: "Ada",
    sessionId: viewer.sessionId,
    id: expect.stringMatching(/^session\//),
  });
  expect(viewer.sessionId).not.toContain(cookie);
  const [row] = await opened.sql`select count(*)::int as found from sessions s where s::text like ${`%${cookie}%`}`;
  expect(row?.found).toBe(0);
  expect(await access.fromHeaders({ cookie: cookieOf(`${cookie}x`) }, null)).toBeNull();
  await endSession(opened.db, viewer.sessionId!);
  access.forget(viewer);
  expect(await ask()).toBeNull();
  const second = await openSession(opened.db, { name: "Ada", role: "ADMIN" }, now());
  time += 12 * 3_600_000 - 1_000;
  expect(await access.fromHeaders({ cookie: cookieOf(second.cookie) }, null)).not.toBeNull();
  time += 1_000;
  expect(await access.fromHeaders({ cookie: cookieOf(second.cookie) }, null)).toBeNull();
});

test("a session opened with a token has its rights, follows them, and ends with it", async () => {
  const { token, secret } = await newToken("ADMIN");
  const { cookie, viewer } = await openSessionByToken(opened.db, ` ${secret}\n`, now());
  const access = authenticator();
  expect(await access.revalidate(viewer)).toBe("ok");
  await opened.db
    .update(tables.apiTokens)
    .set({ role: "VIEWER", instanceIds: [7] })
    .where(eq(tables.apiTokens.id, token.id));
  time += 2_100;
  expect(await access.revalidate(viewer)).toMatchObject({
    changed: { role: "VIEWER", instanceIds: [7], id: viewer.id },
  });
  expect(await access.fromHeaders({ cookie: cookieOf(cookie) }, null)).toMatchObject({ role: "VIEWER" });
  await revokeApiToken(opened.db, systemViewer, token.id);
  time += 3_100;
  expect(await access.revalidate(viewer)).toBe("ended");
  expect(await access.fromHeaders({ cookie: cookieOf(cookie) }, null)).toBeNull();
  await expect(openSessionByToken(opened.db, secret, now())).rejects.toThrow(UnauthenticatedError);
  // Naming another token in the cookie opens nothing.
  expect(await access.fromHeaders({ cookie: cookieOf(cookie.replace(/\d+$/, "1")) }, null)).toBeNull();
});

test("many viewers are revalidated in one round trip; revoked and deleted ones have ended", async () => {
  const made = await Promise.all(Array.from({ length: 40 }, () => newToken()));
  const sessions = await Promise.all(
    Array.from({ length: 10 }, () => openSession(opened.db, { name: "Ada", role: "VIEWER" }, now())),
  );
  const access = authenticator();
  const viewers = [
    ...(await Promise.all(made.map(({ secret }) => access.fromHeaders({ authorization: `Bearer ${secret}` }, null)))),
    ...sessions.map(({ viewer }) => viewer),
  ] as Viewer[];
  const before = statements;
  expect(new Set(await Promise.all(viewers.map((viewer) => access.revalidate(viewer))))).toEqual(new Set(["ok"]));
  await Promise.all(viewers.map((viewer) => access.revalidate(viewer)));
  expect(statements - before).toBe(2);
  await revokeApiToken(opened.db, systemViewer, made[0]!.token.id);
  await opened.db.delete(tables.apiTokens).where(eq(tables.apiTokens.id, made[1]!.token.id));
  await endSession(opened.db, sessions[0]!.viewer.sessionId!);
  time += 2_100;
  const standings = await Promise.all(viewers.map((viewer) => access.revalidate(viewer)));
  expect(standings.flatMap((standing, index) => (standing === "ended" ? [index] : []))).toEqual([0, 1, 40]);
  expect(await access.revalidate(systemViewer)).toBe("ok");
});

test("a broken database is an error of ours, not the end of everybody", async () => {
  const { secret } = await newToken();
  const viewer = (await authenticator().fromHeaders({ authorization: `Bearer ${secret}` }, null))!;
  const broken = openDatabase("postgres://nobody@127.0.0.1:1/none", { max: 1 });
  const access = createAuthenticator({ db: broken.db, config: { publicUrl, oidc: null }, now });
  await expect(access.revalidate(viewer)).rejects.not.toBeInstanceOf(UnauthenticatedError);
  await expect(access.fromHeaders({ authorization: `Bearer ${secret}` }, null)).rejects.not.toBeInstanceOf(
    UnauthenticatedError,
  );
  await broken.close();
});

test("failed attempts are limited per address, and good tokens pass all the same", async () => {
  const { secret } = await newToken();
  const access = authenticator();
  const ask = (token: string, ip: string) => access.fromHeaders({ authorization: `Bearer ${token}` }, ip);
  await ask(secret, "10.1.1.1");
  for (let failure = 0; failure < 20; failure += 1)
    await expect(ask(newTokenSecret(), "10.1.1.1")).rejects.toThrow(UnauthenticatedError);
  const refused = await ask(newTokenSecret(), "10.1.1.1").catch((error) => error);
  expect(refused).toBeInstanceOf(RateLimitedError);
  expect(refused.retryAfterSeconds).toBeGreaterThan(0);
  time += 3_500;
  expect(await ask(secret, "10.1.1.1")).toMatchObject({ name: "ci" });
  const other = await newToken();
  expect(await ask(other.secret, "10.1.1.1")).toMatchObject({ name: "ci" });
  expect(await ask(other.secret, "10.1.1.2")).toMatchObject({ name: "ci" });
  time += 60_000;
  const third = await newToken();
  expect(await ask(third.secret, "10.1.1.1")).toMatchObject({ name: "ci" });
});

test("a token that failed twenty times is not looked up again within the minute, wherever it comes from", async () => {
  const access = authenticator();
  const revoked = await newToken();
  await revokeApiToken(opened.db, systemViewer, revoked.token.id);
  const ask = (n: number) => access.fromHeaders({ authorization: `Bearer ${revoked.secret}` }, `10.1.2.${n}`);
  for (let n = 0; n < 20; n += 1) await expect(ask(n)).rejects.toThrow("revoked");
  const before = statements;
  await expect(ask(21)).rejects.toThrow("with this credential");
  expect(statements).toBe(before);
  time += 60_000;
  await expect(ask(21)).rejects.toThrow("revoked");
});

test("behind an address with many failures a good token passes amid any number of bad ones", async () => {
  const { secret } = await newToken();
  const access = authenticator();
  const ask = (token: string) => access.fromHeaders({ authorization: `Bearer ${token}` }, "10.1.3.1");
  for (let failure = 0; failure < 20; failure += 1) await expect(ask(newTokenSecret())).rejects.toThrow();
  const flood = Promise.allSettled(Array.from({ length: 500 }, () => ask(newTokenSecret())));
  expect(await ask(secret)).toMatchObject({ name: "ci" });
  for (const one of await flood)
    expect(one).toMatchObject({ status: "rejected", reason: expect.any(RateLimitedError) });
});

test("cookies are http-only and same-site; over https also secure and bound to the host", () => {
  expect(sessionCookieName("https://gate.example")).toBe("__Host-gatehouse_session");
  expect(cookieHeader("https://gate.example", "n", "v")).toBe(
    "n=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200; Secure",
  );
  expect(cookieHeader(publicUrl, "n", null)).toBe("n=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
  expect(sessionCookieName("http://localhost:4001")).not.toBe(sessionCookieName("http://localhost:4002"));
  expect(readCookie("a=1; b=x=y; c", "b")).toBe("x=y");
  expect(readCookie(undefined, "b")).toBeNull();
});
