import { beforeAll, describe, expect, test } from "vitest";
import { type Db, rawSql } from "#db/client.ts";
import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { markUnlistedUsers, storeUsers } from "#src/inventory/users/store.ts";
import { type Data, idOf, startApp, type TestApp } from "../../support/app.ts";
import { seedInstance } from "../../support/seed.ts";

const empty = { users: 0, groups: 0, privileges: 0, activities: 0, apps: 0, scans: 0, gaps: 0 };
let app: TestApp;
let okta: number;
let workday: number;
let github: number;
let scan = 100;

beforeAll(async () => {
  app = await startApp();
  okta = await seedInstance(app.core, "okta", "directory", empty);
  workday = await seedInstance(app.core, "workday", "people", empty);
  github = await seedInstance(app.core, "github", "code", empty);
});

/** A full listing of an instance: what it does not name is gone. */
async function listing(instanceId: number, records: Partial<UserRecord>[]): Promise<void> {
  const directory = instanceId !== github;
  scan++;
  await app.core.db.transaction(async (tx) => {
    const sql = rawSql(tx as unknown as Db);
    const full = records.map(
      (one): UserRecord => ({ externalId: "?", status: "ACTIVE", type: "HUMAN", raw: {}, ...one }),
    );
    await storeUsers(sql, instanceId, full, scan, { directory });
    await markUnlistedUsers(sql, instanceId, { scanId: scan }, { directory });
  });
}

const fields = "id email terminatedAt terminatedSource { id } users { externalId instance { id } identityManual }";

async function person(email: string): Promise<Data> {
  const { nodes } = (
    await app.data(`query ($email: String) { identities(search: $email) { nodes { ${fields} } } }`, { email })
  ).identities;
  return nodes[0] ?? null;
}
const accountsOf = async (email: string) =>
  ((await person(email))?.users ?? []).map(({ externalId }: Data) => externalId).sort();

const link = (identityId: string, userId: string, token?: string) =>
  app.ask(
    `mutation ($identityId: ID!, $userId: ID!) { linkIdentity(identityId: $identityId, userId: $userId) { identity { ${fields} } userErrors { code field } } }`,
    { identityId, userId },
    token,
  );
const unlink = (userId: string, token?: string) =>
  app.ask(
    `mutation ($userId: ID!) { unlinkIdentity(userId: $userId) { identity { ${fields} } userErrors { code field } } }`,
    { userId },
    token,
  );

describe("joining", () => {
  test("accounts with one verified e-mail are one person; an invitation and a program are not", async () => {
    await listing(okta, [{ externalId: "o1", email: "Ada@Acme.example" }]);
    await listing(github, [
      { externalId: "g1", email: "ada@acme.example" },
      { externalId: "invitation:7", email: "ada@acme.example", status: "INVITED", emailVerified: false },
      { externalId: "bot", email: "ada@acme.example", type: "SERVICE" },
    ]);
    expect(await accountsOf("ada@acme.example")).toEqual(["g1", "o1"]);
  });

  test("an account follows its e-mail to another person", async () => {
    await listing(github, [{ externalId: "g1", email: "grace@acme.example" }]);
    expect(await accountsOf("ada@acme.example")).toEqual(["o1"]);
    expect(await accountsOf("grace@acme.example")).toEqual(["g1"]);
  });

  test("what a person decided stays whatever scans find: linked, and unlinked", async () => {
    const ada = await person("ada@acme.example");
    const answer = await link(ada.id, idOf("User", github, "g1"));
    expect(answer.data.linkIdentity).toMatchObject({ identity: { email: "ada@acme.example" }, userErrors: [] });
    await listing(github, [{ externalId: "g1", email: "grace@acme.example", displayName: "Grace" }]);
    expect(await accountsOf("ada@acme.example")).toEqual(["g1", "o1"]);

    for (const _ of [1, 2]) {
      const { data } = await unlink(idOf("User", github, "g1"));
      expect(data.unlinkIdentity.userErrors).toEqual([]);
    }
    await listing(github, [{ externalId: "g1", email: "ada@acme.example" }]);
    expect(await accountsOf("ada@acme.example")).toEqual(["o1"]);
    const { node } = await app.data(
      "query ($id: ID!) { node(id: $id) { ... on User { identity { id } identityManual } } }",
      {
        id: idOf("User", github, "g1"),
      },
    );
    expect(node).toEqual({ identity: null, identityManual: true });
  });

  test("a person whose last account was unlinked can be given one again", async () => {
    const { id } = await person("ada@acme.example");
    const { data } = await unlink(idOf("User", okta, "o1"));
    expect(data.unlinkIdentity).toEqual({ identity: null, userErrors: [] });
    expect((await link(id, idOf("User", okta, "o1"))).data.linkIdentity).toMatchObject({
      identity: { id },
      userErrors: [],
    });
  });

  test("is for an ADMIN; what is of another instance, or not there, is not found, and by which argument", async () => {
    const { id } = await person("ada@acme.example");
    const account = idOf("User", okta, "o1");
    for (const ask of [(token: string) => link(id, account, token), (token: string) => unlink(account, token)])
      expect((await ask(app.tokens.ANALYST)).errors[0]?.extensions.code).toBe("FORBIDDEN");
    const { secret } = await app.newToken("ADMIN", [github]);
    const errors = async (answer: Promise<Data>) => {
      const { data } = await answer;
      return (Object.values(data)[0] as Data).userErrors;
    };
    const grace = (await person("grace@acme.example"))?.id ?? id;
    expect(await errors(unlink(account, secret))).toEqual([{ code: "NOT_FOUND", field: ["userId"] }]);
    expect(await errors(link(id, idOf("User", github, "g1"), secret))).toEqual([
      { code: "NOT_FOUND", field: ["identityId"] },
    ]);
    expect(await errors(link(grace, idOf("User", okta, "nobody")))).toEqual([{ code: "NOT_FOUND", field: ["userId"] }]);
    expect(await errors(link(idOf("Identity", 99_999), account))).toEqual([
      { code: "NOT_FOUND", field: ["identityId"] },
    ]);
    expect(await errors(link(account, account))).toEqual([{ code: "BAD_USER_INPUT", field: ["identityId"] }]);
    expect(await errors(unlink("garbage"))).toEqual([{ code: "BAD_USER_INPUT", field: ["userId"] }]);
  });
});

describe("leaving", () => {
  const email = "lin@acme.example";
  const here = { externalId: "o9", email };

  test("deleted in a directory means gone, at the time the directory says; suspended and disabled do not", async () => {
    await listing(okta, [here]);
    await listing(workday, [{ externalId: "w9", email }]);
    await listing(github, [{ externalId: "g9", email }]);
    for (const status of ["SUSPENDED", "DISABLED", "ACTIVE"] as const) {
      await listing(okta, [{ ...here, status }]);
      expect(await person(email)).toMatchObject({ terminatedAt: null, terminatedSource: null });
    }
    const deletedAt = new Date("2026-11-01T09:30:00.000Z");
    await listing(okta, [{ ...here, status: "DELETED", deletedAt }]);
    expect(await person(email)).toMatchObject({
      terminatedAt: deletedAt.toISOString(),
      terminatedSource: { id: idOf("Instance", okta) },
    });
    const { terminated, staying } = await app.data(
      "{ terminated: identities(terminated: true) { nodes { email } } staying: identities(terminated: false) { nodes { email } } }",
    );
    expect(terminated.nodes).toContainEqual({ email });
    expect(staying.nodes.map((one: Data) => one.email)).not.toContain(email);
  });

  test("registered again takes it back, as the same account or as another one of the same person", async () => {
    await listing(okta, [here]);
    expect((await person(email)).terminatedAt).toBeNull();
    await listing(okta, [{ ...here, status: "DELETED" }]);
    expect((await person(email)).terminatedAt).not.toBeNull();
    await listing(okta, [
      { ...here, status: "DELETED" },
      { externalId: "o10", email },
    ]);
    expect((await person(email)).terminatedAt).toBeNull();
  });

  test("any directory may say it, one no longer listing the account does, and an app that is no directory says nothing", async () => {
    await listing(github, []);
    expect((await person(email)).terminatedAt).toBeNull();
    await listing(workday, [{ externalId: "w1", email: "else@acme.example" }]);
    expect(await person(email)).toMatchObject({
      terminatedAt: expect.any(String),
      terminatedSource: { id: idOf("Instance", workday) },
    });
    // Two say so: the first stays the source, and when it takes it back the other is.
    await listing(okta, []);
    expect((await person(email)).terminatedSource.id).toBe(idOf("Instance", workday));
    await listing(workday, [{ externalId: "w9", email }]);
    expect((await person(email)).terminatedSource.id).toBe(idOf("Instance", okta));
  });

  test("linking and unlinking an account of a directory settles it for both people", async () => {
    await listing(okta, [
      { externalId: "o20", email: "new@acme.example" },
      { externalId: "o21", email: "old@acme.example", status: "DELETED" },
    ]);
    expect((await person("old@acme.example")).terminatedAt).not.toBeNull();
    const married = await person("new@acme.example");
    // The same person under her new name: deleted here, registered again there.
    await link(married.id, idOf("User", okta, "o21"));
    expect(await person("new@acme.example")).toMatchObject({ terminatedAt: null, users: [{}, {}] });
    await unlink(idOf("User", okta, "o20"));
    expect((await person("new@acme.example")).terminatedAt).not.toBeNull();
  });

  test("two directories that speak of one person at the same moment leave what both say", async () => {
    const both = "both@acme.example";
    await listing(okta, [{ externalId: "o30", email: both, status: "DELETED" }]);
    await listing(workday, [{ externalId: "w30", email: both }]);
    for (const n of Array.from({ length: 10 }, (_, i) => i)) {
      const [first, second] = n % 2 ? (["ACTIVE", "DELETED"] as const) : (["DELETED", "ACTIVE"] as const);
      await Promise.all([
        listing(okta, [{ externalId: "o30", email: both, status: first }]),
        listing(workday, [{ externalId: "w30", email: both, status: second }]),
      ]);
      expect((await person(both)).terminatedSource.id).toBe(idOf("Instance", n % 2 ? workday : okta));
    }
  });
});
