import { XMLParser } from "fast-xml-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Faults } from "../../sandbox/provider.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of a provider are looked into as they come
type Json = any;

interface Event {
  id: string;
  type: string;
  at: number;
  actor: string;
  log: "activities" | "signons";
}

const createdAt = Date.parse("2026-03-10T12:00:00Z");
const day = 86_400_000;
const callback = "https://gateway.example/callback";

let sandbox: Sandbox;
let acme: SandboxTenant;
let credentials: Record<string, string>;
let bearer: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  const options = { provider: "workday", name: "acme", users: 230, events: 6000, historyDays: 7, createdAt };
  acme = await sandbox.createTenant(options);
  credentials = acme.credentials;
  bearer = (await tokens({ grant_type: "refresh_token", refresh_token: credentials.refreshToken as string }))
    .access_token;
});

afterAll(() => sandbox?.stop());

function ask(url: string, init?: RequestInit): Promise<Response> {
  return fetch(url.replace("https://", `${sandbox.url}/`), { redirect: "manual", ...init });
}

function token(form: Record<string, string>, secret = credentials.clientSecret): Promise<Response> {
  return ask(credentials.tokenEndpoint as string, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${credentials.clientId}:${secret}`).toString("base64")}` },
    body: new URLSearchParams(form),
  });
}

async function tokens(form: Record<string, string>): Promise<{ access_token: string; refresh_token: string }> {
  const answer = await token(form);
  expect(answer.status).toBe(200);
  return (await answer.json()) as { access_token: string; refresh_token: string };
}

/** An access token of another tenant, its client named in the form. */
async function bearerOf(other: Record<string, string>): Promise<string> {
  const { clientId: client_id = "", clientSecret: client_secret = "", refreshToken: refresh_token = "" } = other;
  const body = new URLSearchParams({ grant_type: "refresh_token", client_id, client_secret, refresh_token });
  const answer = await ask(other.tokenEndpoint as string, { method: "POST", body });
  return ((await answer.json()) as Json).access_token;
}

function get(path: string): Promise<Response> {
  return ask(`https://wd5-services1.myworkday.com${path}`, { headers: { authorization: `Bearer ${bearer}` } });
}

async function activities(parameters: Record<string, string>): Promise<{ total: number; data: Json[] }> {
  const answer = await get(`/ccx/api/privacy/v1/acme/activityLogging?${new URLSearchParams(parameters)}`);
  expect(answer.status).toBe(200);
  return answer.json() as Promise<{ total: number; data: Json[] }>;
}

function moment(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+/, "");
}

const allTime = { from: moment(createdAt - 8 * day), to: moment(Date.now() + day) };

function keyOf(row: Json): string {
  const { requestTime, systemAccount, taskId, activityAction, sessionId = "", target, ipAddress } = row;
  return [requestTime, systemAccount, taskId, activityAction, sessionId, target?.id ?? "", ipAddress].join("|");
}

async function soap(service: string, operation: string, content: string, authorization = `Bearer ${bearer}`) {
  const answer = await ask(`https://wd5-services1.myworkday.com/ccx/service/acme/${service}/v40.0`, {
    method: "POST",
    headers: { "content-type": "text/xml;charset=UTF-8", authorization },
    body: `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:bsvc="urn:com.workday/bsvc"><soapenv:Body>
      <bsvc:${operation} bsvc:version="v40.0">${content}</bsvc:${operation}></soapenv:Body></soapenv:Envelope>`,
  });
  const parser = new XMLParser({ removeNSPrefix: true, ignoreAttributes: false, parseTagValue: false });
  const body = parser.parse(await answer.text()).Envelope?.Body as Json;
  return { status: answer.status, headers: answer.headers, body };
}

async function signons(from: string, to: string, page: number, count: number) {
  const { body } = await soap(
    "Identity_Management",
    "Get_Workday_Account_Signons_Request",
    `<bsvc:Request_Criteria><bsvc:From_DateTime>${from}</bsvc:From_DateTime><bsvc:To_DateTime>${to}</bsvc:To_DateTime></bsvc:Request_Criteria>
     <bsvc:Response_Filter><bsvc:Page>${page}</bsvc:Page><bsvc:Count>${count}</bsvc:Count></bsvc:Response_Filter>`,
  );
  const { Response_Results: results, Response_Data: data } = body.Get_Workday_Account_Signons_Response;
  return { results, rows: [data.Workday_Account_Signon ?? []].flat() as Json[] };
}

async function oracle(): Promise<Event[]> {
  return (await acme.events(0, 10_000)).events as Event[];
}

async function withFaults(faults: Faults, run: () => Promise<void>): Promise<void> {
  await acme.setFaults(faults);
  try {
    await run();
  } finally {
    await acme.setFaults({});
  }
}

describe("the Workday sandbox", () => {
  it("lists every worker once, page by page", async () => {
    const ids: string[] = [];
    for (let offset = 0, total = 1; offset < total; offset += 100) {
      const page = (await (await get(`/ccx/api/v1/acme/workers?limit=1000&offset=${offset}`)).json()) as Json;
      expect(page.data.length).toBeLessThanOrEqual(100);
      ids.push(...page.data.map((worker: Json) => worker.id));
      total = page.total;
    }
    expect(ids).toEqual((await acme.userIds()).ids);
    expect(new Set(ids).size).toBe(230);
  });

  it("hands out every activity of a window, oldest first, and the window's total on each page", async () => {
    const expected = (await oracle()).filter((event) => event.log === "activities");
    const keys: string[] = [];
    for (let offset = 0; ; offset += 1000) {
      const page = await activities({ ...allTime, limit: "1000", offset: String(offset), type: "userActivity" });
      keys.push(...page.data.map(keyOf));
      expect(page.total).toBe(expected.length);
      if (page.data.length < 1000) break;
    }
    expect(keys).toEqual(expected.map((event) => event.id));
    const times = keys.map((key) => key.slice(0, 24));
    expect(times).toEqual([...times].sort());
  });

  it("cuts windows exactly: neighbouring windows hold each activity once", async () => {
    const windows: number[] = [];
    for (let at = createdAt - 7 * day; at <= createdAt; at += day / 4) {
      const page = await activities({ from: moment(at), to: new Date(at + day / 4 - 1).toISOString(), limit: "1000" });
      windows.push(page.total);
    }
    expect(windows.reduce((sum, count) => sum + count)).toBe(4800);
  });

  it("answers only a count when asked for one, and needs from and to", async () => {
    const count = await activities({ ...allTime, returnUserActivityEntryCount: "true" });
    expect(count.data[0]?.userActivityEntryCount).toBeGreaterThanOrEqual(4800);
    const missing = await get("/ccx/api/privacy/v1/acme/activityLogging?from=2026-03-01T00:00:00Z");
    expect([missing.status, ((await missing.json()) as Json).errors[0].code]).toEqual([400, "A0001"]);
    expect((await get("/ccx/api/privacy/v1/acme/activityLogging?from=yesterday&to=2026-03-01T00:00:00Z")).status).toBe(
      400,
    );
  });

  it("shows at most 10,000 rows of a window for each instance asked for", async () => {
    const { credentials: busy } = await sandbox.createTenant({
      provider: "workday",
      name: "busy",
      users: 10,
      events: 15_000,
      createdAt,
    });
    const own = bearer;
    bearer = await bearerOf(busy);
    const query = new URLSearchParams({ ...allTime, limit: "1000", offset: "10000" });
    const capped = (await (await get(`/ccx/api/privacy/v1/busy/activityLogging?${query}`)).json()) as Json;
    const more = (await (
      await get(`/ccx/api/privacy/v1/busy/activityLogging?${query}&instancesReturned=2`)
    ).json()) as Json;
    expect((await get("/ccx/api/v1/acme/workers")).status).toBe(401);
    bearer = own;
    expect([capped.total, capped.data.length, more.data.length]).toEqual([12_000, 0, 1000]);
  });

  it("pages sign-ons by SOAP, in a real envelope, with one row too", async () => {
    const expected = (await oracle()).filter((event) => event.log === "signons");
    const found: string[] = [];
    for (let page = 1, pages = 1; page <= pages; page++) {
      const { results, rows } = await signons(allTime.from, allTime.to, page, 500);
      pages = Number(results.Total_Pages);
      expect(Number(results.Total_Results)).toBe(expected.length);
      for (const row of rows) {
        const at = new Date(row.Signon_DateTime as string).toISOString();
        found.push([at, row.User_Name, row.Short_Session_ID, row.Signon_IP_Address, row.Successful].join("|"));
      }
    }
    expect(found).toEqual(expected.map((event) => event.id));
    const one = await signons(new Date(expected[7]!.at).toISOString(), new Date(expected[7]!.at).toISOString(), 1, 999);
    expect([one.results.Total_Results, one.rows.length, one.rows[0]!.User_Name]).toEqual(["1", 1, expected[7]!.actor]);
  });

  it("asks a person for consent and takes the code once, at the same redirect address", async () => {
    const url = `${credentials.authorizationEndpoint}?${new URLSearchParams({ response_type: "code", client_id: credentials.clientId!, redirect_uri: callback, state: "s1" })}`;
    const page = await (await ask(url)).text();
    expect(page).toMatch(/id="allow"[\s\S]*id="deny"/);
    const click = async (decision: string) => {
      const form = new URLSearchParams({
        response_type: "code",
        client_id: credentials.clientId!,
        redirect_uri: callback,
        state: "s1",
        decision,
      });
      const answer = await ask(url, { method: "POST", body: form });
      expect(answer.status).toBe(302);
      return new URL(answer.headers.get("location")!);
    };
    const allowed = await click("allow");
    expect(allowed.searchParams.get("state")).toBe("s1");
    const exchange = {
      grant_type: "authorization_code",
      code: allowed.searchParams.get("code")!,
      redirect_uri: callback,
    };
    const first = await tokens(exchange);
    const again = await token(exchange);
    expect([again.status, ((await again.json()) as Json).error]).toEqual([400, "invalid_grant"]);
    const refreshed = await tokens({ grant_type: "refresh_token", refresh_token: first.refresh_token });
    expect(refreshed.refresh_token).toBe(first.refresh_token);

    const elsewhere = await click("allow");
    const wrong = await token({
      ...exchange,
      code: elsewhere.searchParams.get("code")!,
      redirect_uri: `${callback}/x`,
    });
    expect(((await wrong.json()) as Json).error).toBe("invalid_grant");
    expect((await click("deny")).searchParams.get("error")).toBe("access_denied");
    const bad = await token(exchange, "wrong");
    expect([bad.status, ((await bad.json()) as Json).error]).toEqual([401, "invalid_client"]);
  });

  const allWorkers = async () =>
    (
      await soap(
        "Human_Resources",
        "Get_Workers_Request",
        "<bsvc:Response_Filter><bsvc:Count>999</bsvc:Count></bsvc:Response_Filter><bsvc:Response_Group><bsvc:Include_User_Account>true</bsvc:Include_User_Account></bsvc:Response_Group>",
      )
    ).body.Get_Workers_Response.Response_Data.Worker as Json[];
  const idOf = (worker: Json, type: string) =>
    worker.Worker_Reference.ID.find((id: Json) => id["@_type"] === type)?.["#text"];
  const reference = (type: string, id: string) => `<bsvc:ID bsvc:type="${type}">${id}</bsvc:ID>`;
  const accountsOf = async (...references: string[]) =>
    soap(
      "Human_Resources",
      "Get_Workday_Account_Request",
      `<bsvc:Request_References>${references.map((one) => `<bsvc:Workday_Account_Reference>${one}</bsvc:Workday_Account_Reference>`).join("")}</bsvc:Request_References>`,
    );
  const update = (
    kind: "Employee" | "Contingent_Worker",
    id: string,
    data: string,
    system = ' bsvc:System_ID="WD-EMPLID"',
  ) =>
    soap(
      "Human_Resources",
      "Workday_Account_for_Worker_Update",
      `<bsvc:Worker_Reference><bsvc:${kind}_Reference><bsvc:Integration_ID_Reference><bsvc:ID${system}>${id}</bsvc:ID></bsvc:Integration_ID_Reference></bsvc:${kind}_Reference></bsvc:Worker_Reference><bsvc:Workday_Account_for_Worker_Data>${data}</bsvc:Workday_Account_for_Worker_Data>`,
    );
  const faultOf = ({ status, body }: Awaited<ReturnType<typeof soap>>) => [status, body.Fault?.faultstring];

  it("shows user names with workers, and the state of accounts with accounts only", async () => {
    const [worker] = await allWorkers();
    expect(worker.Worker_Data.User_Account_Data).toEqual({ User_Name: expect.any(String) });
    const userName = worker.Worker_Data.User_Account_Data.User_Name;
    const { body } = await accountsOf(reference("WorkdayUserName", userName));
    expect(body.Get_Workday_Account_Response.Response_Data.Workday_Account_Response_Data).toEqual({
      Workday_Account_Reference: { ID: expect.any(Array) },
      Workday_Account_for_Worker_Data: {
        User_Name: userName,
        Require_New_Password_at_Next_Sign_In: "0",
        Account_Disabled: "0",
      },
    });
    const all = await soap(
      "Human_Resources",
      "Get_Workday_Account_Request",
      "<bsvc:Response_Filter><bsvc:Page>3</bsvc:Page><bsvc:Count>100</bsvc:Count></bsvc:Response_Filter>",
    );
    const answer = all.body.Get_Workday_Account_Response;
    expect(answer.Response_Results).toMatchObject({ Total_Results: "230", Total_Pages: "3", Page_Results: "30" });
    expect(answer.Response_Data.Workday_Account_Response_Data).toHaveLength(30);
    expect(faultOf(await accountsOf(reference("WorkdayUserName", userName), reference("Employee_ID", "1")))).toEqual([
      500,
      "Validation error occurred. Invalid ID value. No Workday account is found for the reference.",
    ]);
    await withFaults({ missingScopes: ["Workday Accounts"] }, async () => {
      expect(faultOf(await accountsOf(reference("WorkdayUserName", userName)))[1]).toMatch(/not authorized/);
      expect((await allWorkers())[0].Worker_Data).not.toHaveProperty("User_Account_Data");
    });
  });

  it("disables an account by SOAP with an empty answer, and writes that down in the activity log", async () => {
    const [, userName] = (await oracle()).find((event) => event.type === "View Worker Profile")!.id.split("|");
    const worker = (await allWorkers()).find((one) => one.Worker_Data.User_Account_Data.User_Name === userName);
    const [employeeId, contingentId] = [idOf(worker, "Employee_ID"), idOf(worker, "Contingent_Worker_ID")];
    const [kind, other] = employeeId
      ? (["Employee", "Contingent_Worker"] as const)
      : (["Contingent_Worker", "Employee"] as const);
    const id = employeeId ?? contingentId;
    const name = `<bsvc:User_Name>${userName}</bsvc:User_Name>`;
    const disabled = "<bsvc:Account_Disabled>true</bsvc:Account_Disabled>";
    const invalidId = [500, "Validation error occurred. Invalid ID value. No worker is found for the reference."];
    expect(faultOf(await update(kind, id, `<bsvc:User_Name>somebody</bsvc:User_Name>${disabled}`))[0]).toBe(500);
    expect(faultOf(await update(other, id, name + disabled))).toEqual(invalidId);
    expect(faultOf(await update(kind, idOf(worker, "WID"), name + disabled))).toEqual(invalidId);
    const done = await update(kind, id, name + disabled);
    expect([done.status, done.body]).toEqual([200, ""]);

    const { body } = await accountsOf(reference("WorkdayUserName", userName!));
    const account = body.Get_Workday_Account_Response.Response_Data.Workday_Account_Response_Data;
    expect(account.Workday_Account_for_Worker_Data.Account_Disabled).toBe("1");
    const last = (await activities({ from: moment(Date.now() - 60_000), to: moment(Date.now() + 60_000) })).data.at(
      -1,
    )!;
    expect([last.taskDisplayName, last.target.id]).toEqual(["Edit Workday Account (Web Service)", idOf(worker, "WID")]);
    const refused = await acme.emit({
      type: "Signon",
      actor: userName,
    });
    expect(refused).toMatchObject([{ type: "Failed Signon", actor: userName }]);
  });

  it.each([
    [
      "Workday_Account_for_Worker_Update",
      '<bsvc:Worker_Reference><bsvc:ID bsvc:type="WID">1</bsvc:ID></bsvc:Worker_Reference><bsvc:Workday_Account_for_Worker_Data><bsvc:User_Name>x</bsvc:User_Name></bsvc:Workday_Account_for_Worker_Data>',
      "Element content is not allowed: ID.",
    ],
    [
      "Workday_Account_for_Worker_Update",
      "<bsvc:Workday_Account_for_Worker_Data><bsvc:Account_Disabled>1</bsvc:Account_Disabled><bsvc:User_Name>x</bsvc:User_Name></bsvc:Workday_Account_for_Worker_Data>",
      "Element is out of order: User_Name.",
    ],
    [
      "Workday_Account_for_Worker_Update",
      "<bsvc:Workday_Account_for_Worker_Data><bsvc:Account_Disabled>1</bsvc:Account_Disabled></bsvc:Workday_Account_for_Worker_Data>",
      "Element is required: User_Name.",
    ],
    [
      "Workday_Account_for_Worker_Update",
      "<bsvc:Workday_Account_for_Worker_Data><bsvc:User_Name>x</bsvc:User_Name><bsvc:Account_Disabled>yes</bsvc:Account_Disabled></bsvc:Workday_Account_for_Worker_Data>",
      "Invalid boolean value: yes.",
    ],
    [
      "Workday_Account_for_Worker_Update",
      "<bsvc:Worker_Reference><bsvc:Employee_Reference><bsvc:Integration_ID_Reference><bsvc:ID>1</bsvc:ID></bsvc:Integration_ID_Reference></bsvc:Employee_Reference></bsvc:Worker_Reference><bsvc:Workday_Account_for_Worker_Data><bsvc:User_Name>x</bsvc:User_Name></bsvc:Workday_Account_for_Worker_Data>",
      "Attribute is required: System_ID.",
    ],
    [
      "Get_Workers_Request",
      "<bsvc:Response_Filter><bsvc:Count>10</bsvc:Count><bsvc:Page>1</bsvc:Page></bsvc:Response_Filter>",
      "Element is out of order: Page.",
    ],
    [
      "Get_Workday_Account_Request",
      '<bsvc:Request_References><bsvc:Worker_Reference><bsvc:ID bsvc:type="WID">1</bsvc:ID></bsvc:Worker_Reference></bsvc:Request_References>',
      "Element content is not allowed: Worker_Reference.",
    ],
  ])("holds %s against the WSDL: %#", async (operation, content, message) => {
    const refused = await soap("Human_Resources", operation, content);
    expect([refused.status, refused.body.Fault.faultcode]).toEqual([500, "SOAP-ENV:Client.validationError"]);
    expect(refused.body.Fault.detail.Validation_Fault.Validation_Error.Message).toBe(message);
  });

  it("lets events made by hand follow the history", async () => {
    const [event] = await acme.emit({
      type: "Edit Tenant Setup - Security",
      ip: "203.0.113.24",
    });
    const page = await activities({ from: moment(event!.at - 1000), to: moment(event!.at + 1000) });
    expect(page.data.map(keyOf)).toContain(event!.id);
    const late = (await acme.change("late-activity", { secondsAgo: 3600 })) as { result: Event };
    expect(
      (await activities({ from: moment(late.result.at - 1000), to: moment(late.result.at + 1000) })).data.map(keyOf),
    ).toContain(late.result.id);
  });

  it("says in its own words what is missing, revoked or too much", async () => {
    await withFaults({ missingScopes: ["System Auditing"] }, async () => {
      const refused = await get(`/ccx/api/privacy/v1/acme/activityLogging?${new URLSearchParams(allTime)}`);
      expect([refused.status, ((await refused.json()) as Json).errors[0].code]).toEqual([403, "S22"]);
      expect((await get("/ccx/api/v1/acme/workers")).status).toBe(200);
      const fault = await soap("Identity_Management", "Get_Workday_Account_Signons_Request", "");
      expect([fault.status, fault.body.Fault.faultstring]).toEqual([
        500,
        "Processing error occurred. The task submitted is not authorized.",
      ]);
    });
    await withFaults({ rateLimited: { remaining: 1, retryAfterSeconds: 3 } }, async () => {
      const refused = await get("/ccx/api/v1/acme/workers");
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "3"]);
      expect((await get("/ccx/api/v1/acme/workers")).status).toBe(200);
    });
    await withFaults({ serverErrors: { remaining: 1 } }, async () => {
      const refused = await get("/ccx/api/v1/acme/workers");
      expect([refused.status, refused.headers.get("content-type")]).toEqual([503, "text/html;charset=UTF-8"]);
    });
    await withFaults({ unauthorized: true }, async () => {
      const refused = await get("/ccx/api/v1/acme/workers");
      expect([refused.status, ((await refused.json()) as Json).error]).toEqual([401, "invalid_token"]);
      const fault = await soap("Human_Resources", "Get_Workers_Request", "");
      expect([fault.status, fault.body.Fault.faultcode]).toEqual([500, "SOAP-ENV:Client.authenticationError"]);
    });
    await withFaults({ revoked: true }, async () => {
      const refused = await token({ grant_type: "refresh_token", refresh_token: credentials.refreshToken! });
      expect([refused.status, ((await refused.json()) as Json).error]).toEqual([400, "invalid_grant"]);
    });
    await withFaults({ changedShape: "all" }, async () => {
      expect((await activities({ ...allTime, limit: "1" })).data[0]).not.toHaveProperty("requestTime");
      expect((await signons(allTime.from, allTime.to, 1, 1)).rows[0]).not.toHaveProperty("Signon_DateTime");
    });
  });

  it("makes the same tenant again from the same options", async () => {
    const options = { provider: "workday", name: "same", seed: 7, users: 20, events: 300, createdAt };
    const first = await sandbox.createTenant(options);
    const before = [first.credentials, await first.events(), await first.userIds()];
    await first.remove();
    const second = await sandbox.createTenant(options);
    expect([second.credentials, await second.events(), await second.userIds()]).toEqual(before);
  });

  it("serves the end of a million events and 100,000 workers as fast as the beginning", async () => {
    const { credentials: big } = await sandbox.createTenant({
      provider: "workday",
      name: "big",
      users: 100_000,
      events: 1_000_000,
      createdAt,
      unlimited: true,
    });
    const own = bearer;
    bearer = await bearerOf(big);
    const started = performance.now();
    const workers = (await (await get("/ccx/api/v1/big/workers?limit=100&offset=99900")).json()) as Json;
    const query = new URLSearchParams({ ...allTime, limit: "1000", offset: "799000" });
    const page = (await (await get(`/ccx/api/privacy/v1/big/activityLogging?${query}`)).json()) as Json;
    bearer = own;
    expect([workers.data.length, page.total, page.data.length]).toEqual([100, 800_000, 1000]);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
