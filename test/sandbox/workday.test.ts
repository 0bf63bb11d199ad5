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

function token(form: Record<string, string>, secret = credentials.clientSecret): Promise<Response> {
  return sandbox.ask(credentials.tokenEndpoint as string, {
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
  const answer = await sandbox.ask(other.tokenEndpoint as string, { method: "POST", body });
  return ((await answer.json()) as Json).access_token;
}

function get(path: string): Promise<Response> {
  return sandbox.ask(`https://wd5-services1.myworkday.com${path}`, { headers: { authorization: `Bearer ${bearer}` } });
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

async function soap(service: string, operation: string, content: string) {
  const answer = await sandbox.ask(`https://wd5-services1.myworkday.com/ccx/service/acme/${service}/v40.0`, {
    method: "POST",
    headers: { "content-type": "text/xml;charset=UTF-8", authorization: `Bearer ${bearer}` },
    body: `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:bsvc="urn:com.workday/bsvc"><soapenv:Body>
      <bsvc:${operation} bsvc:version="v40.0">${content}</bsvc:${operation}></soapenv:Body></soapenv:Envelope>`,
  });
  const parser = new XMLParser({ removeNSPrefix: true, ignoreAttributes: false, parseTagValue: false });
  const body = parser.parse(await answer.text()).Envelope?.Body as Json;
  return { status: answer.status, headers: answer.headers, body };
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

/** A call to another tenant: with a token of its own. */
async function asTenant<T>(other: SandboxTenant, run: () => Promise<T>): Promise<T> {
  const own = bearer;
  bearer = await bearerOf(other.credentials);
  try {
    return await run();
  } finally {
    bearer = own;
  }
}

const workersPath = "/ccx/api/v1/acme/workers";
const loggingOf = (tenant: string, query: Record<string, string>) =>
  get(`/ccx/api/privacy/v1/${tenant}/activityLogging?${new URLSearchParams(query)}`);

describe("REST", () => {
  it.each([{ from: "2026-03-01T00:00:00Z" }, { from: "yesterday", to: "2026-03-01T00:00:00Z" }])(
    "refuses %j: from and to are needed, as instants",
    async (query) => {
      const refused = await loggingOf("acme", query as Record<string, string>);
      expect([refused.status, ((await refused.json()) as Json).errors[0].code]).toEqual([400, "A0001"]);
    },
  );

  it("shows at most 10,000 rows of a window for each instance asked for; tokens are of one tenant", async () => {
    const busy = await sandbox.createTenant({
      provider: "workday",
      name: "busy",
      users: 10,
      events: 15_000,
      createdAt,
    });
    await asTenant(busy, async () => {
      const query = { ...allTime, limit: "1000", offset: "10000" };
      const capped = (await (await loggingOf("busy", query)).json()) as Json;
      const more = (await (await loggingOf("busy", { ...query, instancesReturned: "2" })).json()) as Json;
      expect([capped.total, capped.data.length, more.data.length]).toEqual([12_000, 0, 1000]);
      expect((await get(workersPath)).status).toBe(401);
    });
  });

  it("serves the end of a million events and 100,000 workers as fast as the beginning", async () => {
    const size = { users: 100_000, events: 1_000_000, unlimited: true };
    const big = await sandbox.createTenant({ provider: "workday", name: "big", createdAt, ...size });
    await asTenant(big, async () => {
      const started = performance.now();
      const workers = (await (await get("/ccx/api/v1/big/workers?limit=100&offset=99900")).json()) as Json;
      const page = (await (await loggingOf("big", { ...allTime, limit: "1000", offset: "799000" })).json()) as Json;
      expect([workers.data.length, page.total, page.data.length]).toEqual([100, 800_000, 1000]);
      expect(performance.now() - started).toBeLessThan(500);
    });
  });
});

describe("SOAP", () => {
  const element = (name: string, ...content: string[]) => `<bsvc:${name}>${content.join("")}</bsvc:${name}>`;
  const filter = (page: number, count: number) =>
    element("Response_Filter", element("Page", `${page}`), element("Count", `${count}`));
  const allWorkers = async () => {
    const content = filter(1, 999) + element("Response_Group", element("Include_User_Account", "true"));
    const { body } = await soap("Human_Resources", "Get_Workers_Request", content);
    return body.Get_Workers_Response.Response_Data.Worker as Json[];
  };
  const idOf = (worker: Json, type: string) =>
    worker.Worker_Reference.ID.find((id: Json) => id["@_type"] === type)?.["#text"];
  const accountsOf = (references: [type: string, id: string][], more = "") => {
    const named = references.map(([type, id]) =>
      element("Workday_Account_Reference", `<bsvc:ID bsvc:type="${type}">${id}</bsvc:ID>`),
    );
    const content = named.length > 0 ? element("Request_References", ...named) : "";
    return soap("Human_Resources", "Get_Workday_Account_Request", content + more);
  };
  const updating = (kind: string, id: string, data: string, system = ' bsvc:System_ID="WD-EMPLID"') =>
    element(
      "Worker_Reference",
      element(`${kind}_Reference`, element("Integration_ID_Reference", `<bsvc:ID${system}>${id}</bsvc:ID>`)),
    ) + element("Workday_Account_for_Worker_Data", data);
  const update = (...asked: Parameters<typeof updating>) =>
    soap("Human_Resources", "Workday_Account_for_Worker_Update", updating(...asked));
  const faultOf = ({ status, body }: Awaited<ReturnType<typeof soap>>) => [status, body.Fault?.faultstring];

  it("shows user names with workers, and the state of accounts with accounts only", async () => {
    const [worker] = await allWorkers();
    expect(worker.Worker_Data.User_Account_Data).toEqual({ User_Name: expect.any(String) });
    const userName = worker.Worker_Data.User_Account_Data.User_Name;
    const { body } = await accountsOf([["WorkdayUserName", userName]]);
    expect(body.Get_Workday_Account_Response.Response_Data.Workday_Account_Response_Data).toEqual({
      Workday_Account_Reference: { ID: expect.any(Array) },
      Workday_Account_for_Worker_Data: {
        User_Name: userName,
        Require_New_Password_at_Next_Sign_In: "0",
        Account_Disabled: "0",
      },
    });
    const answer = (await accountsOf([], filter(3, 100))).body.Get_Workday_Account_Response;
    expect(answer.Response_Results).toMatchObject({ Total_Results: "230", Total_Pages: "3", Page_Results: "30" });
    expect(answer.Response_Data.Workday_Account_Response_Data).toHaveLength(30);
    const unknown = await accountsOf([
      ["WorkdayUserName", userName],
      ["Employee_ID", "1"],
    ]);
    expect(faultOf(unknown)).toEqual([
      500,
      "Validation error occurred. Invalid ID value. No Workday account is found for the reference.",
    ]);
    await withFaults({ missingScopes: ["Workday Accounts"] }, async () => {
      expect(faultOf(await accountsOf([["WorkdayUserName", userName]]))[1]).toMatch(/not authorized/);
      expect((await allWorkers())[0].Worker_Data).not.toHaveProperty("User_Account_Data");
    });
  });

  it("disables an account with an empty answer, and writes that down in the activity log", async () => {
    const [, userName] = (await oracle()).find((event) => event.type === "View Worker Profile")!.id.split("|");
    const worker = (await allWorkers()).find((one) => one.Worker_Data.User_Account_Data.User_Name === userName);
    const employeeId = idOf(worker, "Employee_ID");
    const [kind, other] = employeeId ? ["Employee", "Contingent_Worker"] : ["Contingent_Worker", "Employee"];
    const id = employeeId ?? idOf(worker, "Contingent_Worker_ID");
    const disabled = element("Account_Disabled", "true");
    const data = element("User_Name", userName!) + disabled;
    const invalidId = [500, "Validation error occurred. Invalid ID value. No worker is found for the reference."];
    expect(faultOf(await update(kind!, id, element("User_Name", "somebody") + disabled))[0]).toBe(500);
    expect(faultOf(await update(other!, id, data))).toEqual(invalidId);
    expect(faultOf(await update(kind!, idOf(worker, "WID"), data))).toEqual(invalidId);
    const done = await update(kind!, id, data);
    expect([done.status, done.body]).toEqual([200, ""]);

    const { body } = await accountsOf([["WorkdayUserName", userName!]]);
    const account = body.Get_Workday_Account_Response.Response_Data.Workday_Account_Response_Data;
    expect(account.Workday_Account_for_Worker_Data.Account_Disabled).toBe("1");
    const recent = await activities({ from: moment(Date.now() - 60_000), to: moment(Date.now() + 60_000) });
    const last = recent.data.at(-1)!;
    expect([last.taskDisplayName, last.target.id]).toEqual(["Edit Workday Account (Web Service)", idOf(worker, "WID")]);
    const refused = await acme.emit({ type: "Signon", actor: userName! });
    expect(refused).toMatchObject([{ type: "Failed Signon", actor: userName }]);
  });

  const x = element("User_Name", "x");
  const change = "Workday_Account_for_Worker_Update";
  const dataOf = (...content: string[]) => element("Workday_Account_for_Worker_Data", ...content);
  const byType = '<bsvc:ID bsvc:type="WID">1</bsvc:ID>';

  it.each([
    [change, element("Worker_Reference", byType) + dataOf(x), "Element content is not allowed: ID."],
    [change, dataOf(element("Account_Disabled", "1"), x), "Element is out of order: User_Name."],
    [change, dataOf(element("Account_Disabled", "1")), "Element is required: User_Name."],
    [change, dataOf(x, element("Account_Disabled", "yes")), "Invalid boolean value: yes."],
    [change, updating("Employee", "1", x, ""), "Attribute is required: System_ID."],
    [
      "Get_Workers_Request",
      element("Response_Filter", element("Count", "10"), element("Page", "1")),
      "Element is out of order: Page.",
    ],
    [
      "Get_Workday_Account_Request",
      element("Request_References", element("Worker_Reference", byType)),
      "Element content is not allowed: Worker_Reference.",
    ],
  ])("holds %s against the WSDL: %#", async (operation, content, message) => {
    const refused = await soap("Human_Resources", operation, content);
    expect([refused.status, refused.body.Fault.faultcode]).toEqual([500, "SOAP-ENV:Client.validationError"]);
    expect(refused.body.Fault.detail.Validation_Fault.Validation_Error.Message).toBe(message);
  });
});
