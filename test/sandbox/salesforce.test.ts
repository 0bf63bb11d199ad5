import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of a provider are looked into as they come
type Json = any;

let sandbox: Sandbox;
let acme: SandboxTenant;
let token: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({
    provider: "salesforce",
    name: "acme",
    users: 450,
    groups: 3,
    events: 60,
    historyDays: 0.1,
  });
  token = (await (await grant({ grant_type: "client_credentials" })).json()).access_token;
});
afterAll(() => sandbox?.stop());

const host = () => `${sandbox.url}/acme.my.salesforce.com`;

function grant(fields: Record<string, string>): Promise<Response> {
  const { clientId, clientSecret } = acme.credentials as Record<string, string>;
  const body = new URLSearchParams({ client_id: clientId!, client_secret: clientSecret!, ...fields });
  return fetch(`${host()}/services/oauth2/token`, { method: "POST", body });
}

const api = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${host()}${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } });
const ask = (q: string, headers: Record<string, string> = {}, kind = "query") =>
  api(`/services/data/v67.0/${kind}?q=${encodeURIComponent(q)}`, headers);

test("tokens name the instance and do not state when they end; errors are Salesforce's own", async () => {
  const answer = await (await grant({ grant_type: "client_credentials" })).json();
  expect(answer).toMatchObject({ instance_url: "https://acme.my.salesforce.com", token_type: "Bearer" });
  expect(answer).not.toHaveProperty("expires_in");
  const wrong: Record<string, string>[] = [{ client_id: "x" }, { client_secret: "x" }, { grant_type: "password" }];
  const errors = await Promise.all(
    wrong.map(async (fields) => {
      const refused = await grant({ grant_type: "client_credentials", ...fields });
      return [refused.status, (await refused.json()).error];
    }),
  );
  expect(errors).toEqual([
    [400, "invalid_client_id"],
    [400, "invalid_client"],
    [400, "unsupported_grant_type"],
  ]);
  const refused = await fetch(`${host()}/services/data/v67.0/query?q=x`, {
    headers: { authorization: "Bearer 00D!x" },
  });
  expect([refused.status, (await refused.json())[0].errorCode]).toEqual([401, "INVALID_SESSION_ID"]);
});

test("a query is paged by locator, in batches of the size that was asked for", async () => {
  const found: Json[] = [];
  let page = await (
    await ask("SELECT Id, Profile.Name FROM User ORDER BY Id", { "sforce-query-options": "batchSize=200" })
  ).json();
  expect(page).toMatchObject({ totalSize: 490, done: false });
  for (;;) {
    found.push(...page.records);
    if (page.done) break;
    page = await (await api(page.nextRecordsUrl, { "sforce-query-options": "batchSize=200" })).json();
  }
  expect(new Set(found.map(({ Id }) => Id)).size).toBe(490);
  expect(found[0]).toEqual({
    ...{
      attributes: { type: "User", url: expect.stringContaining("/sobjects/User/") },
      Id: expect.stringMatching(/^005\w{15}$/),
    },
    Profile: { attributes: { type: "Profile", url: "" }, Name: expect.any(String) },
  });
});

test("conditions, orders and limits hold, and what is no query is refused by its kind", async () => {
  const read = async (q: string) => (await (await ask(q)).json()).records as Json[];
  const active = await read(
    "SELECT Id, Username FROM User WHERE IsActive = true AND (UserType = 'PowerPartner' OR Name = 'O\\'Hara') LIMIT 3",
  );
  expect(active).toHaveLength(3);
  expect(
    await read(`SELECT Id FROM User WHERE Id IN ('${active[0].Id}', 'x') AND UserType NOT IN ('Guest')`),
  ).toHaveLength(1);
  const logins = await read(
    "SELECT Id, LoginTime FROM LoginHistory WHERE LoginTime >= 2020-01-01T00:00:00.000Z ORDER BY LoginTime ASC",
  );
  expect(logins.map(({ LoginTime }) => LoginTime)).toEqual(logins.map(({ LoginTime }) => LoginTime).toSorted());
  const codeOf = async (q: string, kind?: string) => (await (await ask(q, {}, kind)).json())[0].errorCode;
  expect(await codeOf("SELECT Id FROM Teapot")).toBe("INVALID_TYPE");
  expect(await codeOf("SELECT Id FROM User WHERE")).toBe("MALFORMED_QUERY");
  expect(await codeOf("SELECT Kettle FROM UserLogin")).toBe("INVALID_FIELD");
  expect(await codeOf("SELECT Score FROM SecurityHealthCheck")).toBe("INVALID_TYPE");
  expect((await (await ask("SELECT Score FROM SecurityHealthCheck", {}, "tooling/query")).json()).records).toHaveLength(
    1,
  );
  await acme.setFaults({ missingScopes: ["View Event Log Files"] });
  expect(await codeOf("SELECT Id FROM EventLogFile")).toBe("INVALID_TYPE");
  await acme.setFaults({});
});

test("event log files hold their events, and each later event makes a file of its own", async () => {
  const list = async () =>
    (await (await ask("SELECT Id, EventType, LogFile, Sequence FROM EventLogFile")).json()).records as Json[];
  const before = await list();
  const csv = await (await api(before[0].LogFile)).text();
  expect(csv.split("\n")[0]).toMatch(/^"EVENT_TYPE","TIMESTAMP","REQUEST_ID"/);
  expect(csv).toContain(`"${before[0].EventType}"`);
  await acme.emit({ type: "ReportExport" });
  expect((await list()).filter(({ Sequence }) => Sequence === 2)).toMatchObject([{ EventType: "ReportExport" }]);
});

test("the calls used are stated, and refused beyond the allowance", async () => {
  await acme.change("set-api-usage", { used: 114_999 });
  expect((await ask("SELECT Id FROM Organization")).headers.get("sforce-limit-info")).toBe("api-usage=115000/115000");
  const refused = await ask("SELECT Id FROM Organization");
  expect([refused.status, (await refused.json())[0].errorCode]).toEqual([403, "REQUEST_LIMIT_EXCEEDED"]);
  await acme.change("set-api-usage", { used: 0 });
});
