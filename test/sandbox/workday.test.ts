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

async function soap(service: string, operation: string, content: string) {
  const answer = await ask(`https://wd5-services1.myworkday.com/ccx/service/acme/${service}/v40.0`, {
    method: "POST",
    headers: { "content-type": "text/xml;charset=UTF-8", authorization: `Bearer ${bearer}` },
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
  it("lists every worker once, page by page", async () => {
    const ids: string[] = [];
    for (let offset = 0, total = 1; offset < total; offset += 100) {
      const page = (await (await get(`${workersPath}?limit=1000&offset=${offset}`)).json()) as Json;
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
    let count = 0;
    for (let at = createdAt - 7 * day; at <= createdAt; at += day / 4)
      count += (await activities({ from: moment(at), to: new Date(at + day / 4 - 1).toISOString() })).total;
    expect(count).toBe(4800);
  });

  it("answers only a count when asked for one", async () => {
    const count = await activities({ ...allTime, returnUserActivityEntryCount: "true" });
    expect(count.data[0]?.userActivityEntryCount).toBeGreaterThanOrEqual(4800);
  });

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

describe("OAuth", () => {
  it("asks a person for consent and takes the code once, at the same redirect address", async () => {
    const asked = { response_type: "code", client_id: credentials.clientId!, redirect_uri: callback, state: "s1" };
    const url = `${credentials.authorizationEndpoint}?${new URLSearchParams(asked)}`;
    expect(await (await ask(url)).text()).toMatch(/id="allow"[\s\S]*id="deny"/);
    const click = async (decision: string) => {
      const answer = await ask(url, { method: "POST", body: new URLSearchParams({ ...asked, decision }) });
      expect(answer.status).toBe(302);
      return new URL(answer.headers.get("location")!).searchParams;
    };
    const exchangeOf = async () => {
      const allowed = await click("allow");
      expect(allowed.get("state")).toBe("s1");
      return { grant_type: "authorization_code", code: allowed.get("code")!, redirect_uri: callback };
    };
    const refused = async (answer: Response) => [answer.status, ((await answer.json()) as Json).error];
    const exchange = await exchangeOf();
    const first = await tokens(exchange);
    const refreshed = await tokens({ grant_type: "refresh_token", refresh_token: first.refresh_token });
    expect(refreshed.refresh_token).toBe(first.refresh_token);
    expect(await refused(await token(exchange))).toEqual([400, "invalid_grant"]);
    const elsewhere = { ...(await exchangeOf()), redirect_uri: `${callback}/x` };
    expect(await refused(await token(elsewhere))).toEqual([400, "invalid_grant"]);
    expect((await click("deny")).get("error")).toBe("access_denied");
    expect(await refused(await token(exchange, "wrong"))).toEqual([401, "invalid_client"]);
  });
});

describe("SOAP", () => {
  it("pages sign-ons, in a real envelope, with one row too", async () => {
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
    const at = new Date(expected[7]!.at).toISOString();
    const one = await signons(at, at, 1, 999);
    expect([one.results.Total_Results, one.rows.length, one.rows[0]!.User_Name]).toEqual(["1", 1, expected[7]!.actor]);
  });

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

describe("events and faults", () => {
  it("lets events made by hand follow the history, late ones too", async () => {
    const [event] = await acme.emit({ type: "Edit Tenant Setup - Security", ip: "203.0.113.24" });
    const { result: late } = (await acme.change("late-activity", { secondsAgo: 3600 })) as { result: Event };
    for (const { id, at } of [event!, late]) {
      const page = await activities({ from: moment(at - 1000), to: moment(at + 1000) });
      expect(page.data.map(keyOf)).toContain(id);
    }
  });

  const rest = async (path = workersPath) => {
    const answer = await get(path);
    const text = await answer.text();
    const { error, errors } = text.startsWith("{") ? (JSON.parse(text) as Json) : {};
    return { status: answer.status, code: errors?.[0]?.code ?? error, headers: answer.headers };
  };

  it("refuses a missing domain by REST and by SOAP, and nothing else", async () => {
    await withFaults({ missingScopes: ["System Auditing"] }, async () => {
      const logging = `/ccx/api/privacy/v1/acme/activityLogging?${new URLSearchParams(allTime)}`;
      expect(await rest(logging)).toMatchObject({ status: 403, code: "S22" });
      expect(await rest()).toMatchObject({ status: 200 });
      const { status, body } = await soap("Identity_Management", "Get_Workday_Account_Signons_Request", "");
      const message = "Processing error occurred. The task submitted is not authorized.";
      expect([status, body.Fault.faultstring]).toEqual([500, message]);
    });
  });

  it("names what is too much, down or refused in its own words", async () => {
    await withFaults({ rateLimited: { remaining: 1, retryAfterSeconds: 3 } }, async () => {
      const refused = await rest();
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "3"]);
      expect(await rest()).toMatchObject({ status: 200 });
    });
    await withFaults({ serverErrors: { remaining: 1 } }, async () => {
      const refused = await rest();
      expect([refused.status, refused.headers.get("content-type")]).toEqual([503, "text/html;charset=UTF-8"]);
    });
    await withFaults({ unauthorized: true }, async () => {
      expect(await rest()).toMatchObject({ status: 401, code: "invalid_token" });
      const { status, body } = await soap("Human_Resources", "Get_Workers_Request", "");
      expect([status, body.Fault.faultcode]).toEqual([500, "SOAP-ENV:Client.authenticationError"]);
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
});
