import { describe, expect, test } from "vitest";
import { InvalidSettingsError } from "#src/connector-kit/check-settings.ts";
import { contains, either, encodedQuery, from, is, oneOf } from "#src/connectors/servicenow/encoded-query.ts";
import { servicenow } from "#src/connectors/servicenow/index.ts";
import { readAll, table } from "#src/connectors/servicenow/tables.ts";
import { ConflictError, InvalidInputError, ProviderAuthError, ProviderNotFoundError } from "#src/errors.ts";
import { contextOf } from "../../connector-kit/context.ts";
import type { FakeAnswer } from "../fake-client.ts";

const id = (number: number) => number.toString(16).padStart(32, "0");
const common = { sys_id: id(1), sys_created_on: "2026-05-02 08:15:30", sys_created_by: "ines.tern" };
const map = (row: object) => servicenow.mapEvent!({ ...common, ...row })[0]!;

describe("encoded queries", () => {
  test("what stands in a value stays in it", () => {
    expect(encodedQuery([is("name", "a^ORb=c"), oneOf("id", ["1", "2"])], ["sys_id"])).toBe(
      "name=a^^ORb=c^idIN1,2^ORDERBYsys_id",
    );
    expect(either(contains("url", ".do?CSV"), contains("url", "x"))).toBe("urlLIKE.do?CSV^ORurlLIKEx");
    expect(from("sys_created_on", new Date("2026-05-02T08:15:30.900Z"))).toBe("sys_created_on>=2026-05-02 08:15:30");
  });

  test.each(["a\nb", "a\r", "a\0", "javascript:gs.getUserID()", " JavaScript:x"])("%j is refused", (value) => {
    expect(() => is("name", value)).toThrow(InvalidInputError);
  });

  test("a comma is refused in a list only", () => {
    expect(() => oneOf("name", ["a,b"])).toThrow(InvalidInputError);
    expect(is("name", "Lee, Bo")).toBe("name=Lee, Bo");
  });
});

describe("settings", () => {
  const normalise = (settings: Record<string, string>) =>
    servicenow.normaliseSettings!({ mode: "clientCredentials", clientId: "1", clientSecret: "2", ...settings });

  test.each([
    ["https://ACME.service-now.com/", "acme.service-now.com"],
    ["acme", "acme.service-now.com"],
    ["acme.servicenowservices.com", "acme.servicenowservices.com"],
    ["support.acme.example", "support.acme.example"],
  ])("%s is %s", (host, expected) => expect(normalise({ host }).host).toBe(expected));

  test.each([
    "127.0.0.1",
    "localhost",
    "10.0.0",
    "acme..com",
    "-acme.com",
    "acme.service-now.com:8443",
    "acme.com/x",
    "http://acme.com",
    "acme@b.com",
  ])("%s is no host", (host) => expect(() => normalise({ host })).toThrow(InvalidSettingsError));

  test("each mode asks for what it needs", () => {
    expect(() => normalise({ host: "acme", clientSecret: "" })).toThrow(/client secret/);
    expect(() => normalise({ host: "acme", mode: "basic", username: "a:b", password: "c" })).toThrow(/colon/);
    expect(normalise({ host: "acme", mode: "basic", username: "a", password: "c" })).toMatchObject({ mode: "basic" });
  });
});

describe("connecting", () => {
  const credentialAfter = async (answer: object, days?: string) => {
    const settings = {
      mode: "oauth",
      host: "tern.service-now.com",
      clientId: "1",
      ...(days && { refreshTokenDays: days }),
    };
    const context = contextOf(
      () => ({ body: { token_type: "Bearer", scope: "useraccount", expires_in: 1799, ...answer } }),
      { settings },
    );
    const code = { code: "c", redirectUri: "https://g.example", codeVerifier: "v", parameters: {} };
    const first = await servicenow.authorization.exchange!(context, code);
    const later = { ...context, now: () => new Date("2026-12-01T00:00:00Z") };
    return { first, renewed: await servicenow.authorization.refresh!(later, first) };
  };

  test("the end of a refresh token is forecast from the sign-in; using it prolongs nothing", async () => {
    const { first, renewed } = await credentialAfter({ access_token: "a", refresh_token: "r" });
    expect(first.renewBy).toEqual(new Date("2027-02-18T12:00:00.000Z"));
    expect(renewed.renewBy).toEqual(first.renewBy);
    const { first: shorter } = await credentialAfter({ access_token: "a", refresh_token: "r" }, "30");
    expect(shorter.renewBy).toEqual(new Date("2026-12-20T12:00:00.000Z"));
  });

  test("a user with another time zone than GMT is refused by name: hours of the log would be missed", async () => {
    const answer = (path: string): FakeAnswer => ({
      body: {
        result: path.includes("time_zone") ? [{ sys_id: id(1), user_name: "gatehouse", time_zone: "US/Pacific" }] : [],
      },
    });
    await expect(
      servicenow.testConnection(contextOf(answer, { settings: { host: "tern.service-now.com" } })),
    ).rejects.toThrow(/gatehouse\) has the time zone US\/Pacific/);
  });

  test("a table whose records are all hidden is as good as refused", async () => {
    const answer = (path: string): FakeAnswer => ({
      body: { result: [] },
      ...(path.includes("/sys_audit?") && { headers: { "x-total-count": "12" } }),
    });
    const { missingScopes, externalAccountId } = await servicenow.testConnection(
      contextOf(answer, { settings: { host: "tern.service-now.com", transactions: "off" } }),
    );
    expect(missingScopes).toEqual(["read sys_audit", "user_admin", "admin", "oauth_admin"]);
    expect(externalAccountId).toBe("tern.service-now.com");
  });

  test.each([
    [401, { error: "server_error", error_description: "access_denied" }, {}, ProviderAuthError],
    [401, { error: { message: "User Not Authenticated" } }, { "x-mfa_token": "invalid" }, ProviderAuthError],
    [400, { error: "unsupported_grant_type", error_description: null }, {}, ProviderAuthError],
    [400, { error: { message: "Invalid table sys_x" } }, {}, ProviderNotFoundError],
  ])("an answer %i %j is understood", (status, body, headers, kind) => {
    expect(servicenow.mapError!({ status, body, headers: new Headers(headers) }, new Date())).toBeInstanceOf(kind);
  });
});

test("records that go while a table is read move nobody else out of sight", async () => {
  const ids = [1, 2, 3, 4, 5, 6].map(id);
  const answer = (path: string): FakeAnswer => {
    const query = new URL(path, "https://tern.example").searchParams.get("sysparm_query") ?? "";
    const after = /sys_id>(\w+)/.exec(query)?.[1] ?? "";
    const rows = ids.filter((one) => one > after);
    const page = { body: { result: rows.slice(0, 2).map((sys_id) => ({ sys_id })) } };
    if (after === "") ids.splice(0, 1);
    return rows.length > 2 ? { ...page, next: "/x?sysparm_offset=2" } : page;
  };
  const found = await readAll(contextOf(answer), "things", table("things", { fields: ["sys_id"] }));
  expect(found.map(({ sys_id }) => sys_id)).toEqual([1, 2, 3, 4, 5, 6].map(id));
});

describe("activities", () => {
  test.each<[object, string, object]>([
    [
      { name: "login", parm1: "abel.tuter", parm2: "198.51.100.23", instance: id(9) },
      "abel.tuter signed in",
      { action: "SIGN_IN", ipAddress: "198.51.100.23", sessionId: id(9), actor: { login: "abel.tuter" } },
    ],
    [
      { name: "external.authentication.failed", parm1: id(7), parm2: "Missing assertion" },
      "Somebody failed to sign in through single sign-on: Missing assertion",
      { outcome: "FAILURE", actor: null, sessionId: id(7) },
    ],
    [
      { name: "SNC.Auth.LDAP.Login.Failed", parm1: "user_name=bo.lee,x" },
      "bo.lee failed to sign in by LDAP",
      { outcome: "FAILURE" },
    ],
    [
      { name: "security.break_glass.used", parm1: "x" },
      "ines.tern used a security break glass",
      { unmapped: true, category: "ADMIN" },
    ],
    [
      {
        tablename: "sys_user",
        fieldname: "locked_out",
        newvalue: "true",
        documentkey: id(3),
        user: id(8),
        record_checkpoint: "4",
      },
      "ines.tern suspended an account: locked out",
      { eventType: "sys_user.update.locked_out", action: "DISABLE", category: "ADMIN" },
    ],
    [
      { tablename: "sys_properties", fieldname: "value", newvalue: "false", user: "ada.root", record_checkpoint: "2" },
      "ada.root changed value of a system property to false",
      {
        impersonated: true,
        actor: { login: "ada.root" },
        targets: [{ type: "sys_properties" }, { name: "ines.tern" }],
      },
    ],
    [{ tablename: "constructor", display_value: "x" }, "ines.tern deleted a constructor: x", { category: "USER" }],
    [
      { tablename: "u_asset_loan", fieldname: "due", newvalue: "x", record_checkpoint: "0" },
      "ines.tern created an asset loan, with due",
      { eventType: "u_asset_loan.insert.due", category: "USER", action: "CREATE" },
    ],
    [
      { tablename: "sys_user_group", display_value: "Network" },
      "ines.tern deleted a group: Network",
      { action: "DELETE", category: "ADMIN" },
    ],
    [
      { user: id(3), role: id(4), "user.user_name": "bo.lee", "role.name": "admin" },
      "ines.tern granted the role admin to bo.lee",
      { action: "GRANT", category: "ADMIN" },
    ],
    [
      {
        impersonated_by: id(1),
        "impersonated_by.user_name": "ada.root",
        impersonated_to: id(2),
        "impersonated_to.user_name": "bo.lee",
      },
      "ada.root began to act as bo.lee",
      { impersonated: true, category: "ADMIN" },
    ],
    [
      { url: "/incident_list.do?EXCEL&sysparm_query=active", response_time: "2", type: "Form", http_status: "200" },
      "ines.tern exported the list incident (Excel)",
      { eventType: "transaction.export.xlsx", action: "DOWNLOAD", category: "USER" },
    ],
    [
      { url: "/api/now/table/incident?sysparm_limit=1", response_time: "2", type: "REST", http_status: "403" },
      "ines.tern called /api/now/table/incident (failed)",
      { eventType: "transaction.rest", outcome: "FAILURE" },
    ],
  ])("%j reads as “%s”", (row, description, more) => {
    expect(map(row)).toMatchObject({ description, ...more });
  });

  test("the polling of nodes is no sign-in, and the instance no account", () => {
    expect(servicenow.mapEvent!({ ...common, name: "login.failed", parm1: "-----BEGIN CERTIFICATE-----" })).toEqual([]);
    expect(map({ sys_created_by: "system", tablename: "incident", display_value: "INC1" }).actor).toEqual({
      ...{ name: "system", isAccount: false },
    });
  });
});

test("nothing is done to the user and the client that Gatehouse uses itself", async () => {
  const context = contextOf(
    (path) => ({ body: { result: path.includes("getUserID") ? [{ sys_id: id(5) }] : { client_id: "ours" } } }),
    {
      settings: { clientId: "ours" },
    },
  );
  const user = { externalId: id(5), login: null, email: null };
  const target = { user, oauthApp: { externalId: id(6) }, parameters: {} };
  for (const kind of ["SUSPEND_USER", "RESET_PASSWORD", "REVOKE_ADMIN_PRIVILEGES", "REVOKE_APP", "BAN_APP"] as const)
    await expect(servicenow.actions[kind]!(context, target), kind).rejects.toThrow(ConflictError);
  expect(context.http.calls.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("a deactivated account is reactivated by its reversal, and one that was locked out before stays so", async () => {
  const state = { active: "true", locked_out: "true" };
  const context = contextOf(
    (path, { method, json }) => {
      if (method === "PATCH") Object.assign(state, json);
      return { body: { result: path.includes("getUserID") ? [] : { ...state } } };
    },
    { settings: { suspension: "deactivate" } },
  );
  const target = { user: { externalId: id(5), login: null, email: null }, parameters: {} };
  const { changed, before } = await servicenow.actions.SUSPEND_USER!(context, target);
  expect([changed, state]).toEqual([true, { active: "false", locked_out: "true" }]);
  await servicenow.actions.UNSUSPEND_USER!(context, { ...target, parameters: { before } });
  expect(state).toEqual({ active: "true", locked_out: "true" });
});

describe("attachments", () => {
  const rows: Record<string, object[]> = {
    sys_attachment: [1, 2, 3, 4].map((number) => ({
      ...{ sys_id: id(number), file_name: "Prices.CSV", size_bytes: "462", table_sys_id: id(10 + number) },
      ...{ table_name: number === 4 ? "incident" : "kb_knowledge", sys_updated_on: common.sys_created_on },
    })),
    kb_knowledge: [1, 2].map((number) => ({
      ...{ sys_id: id(10 + number), workflow_state: "published", kb_knowledge_base: id(20 + number) },
    })),
    kb_uc_can_read_mtom: [{ sys_id: id(30), kb_knowledge_base: id(22) }],
  };
  const sharingWith = async (more: Record<string, object[]>) => {
    const context = contextOf((path) => {
      const name = /table\/(\w+)/.exec(path)?.[1] ?? "";
      const found = { ...rows, ...more }[name];
      return found
        ? { body: { result: found } }
        : { status: name === "sys_properties" ? 200 : 403, body: { result: [] } };
    });
    const found: unknown[] = [];
    for await (const { items } of servicenow.streams.FILES!({ ...context, part: "attachments" }, null))
      found.push(...items.map((item) => ("sharing" in item ? item.sharing : item)));
    return found;
  };

  test("of a knowledge base that names no readers are public, and unknown where that cannot be read", async () => {
    expect(await sharingWith({})).toEqual(["PUBLIC", "INTERNAL", null, "INTERNAL"]);
    const property = { sys_id: id(40), value: "true" };
    expect(await sharingWith({ sys_properties: [property] })).toEqual(["INTERNAL", "INTERNAL", null, "INTERNAL"]);
    const { kb_uc_can_read_mtom: _, ...unreadable } = rows;
    expect(await sharingWith({ ...unreadable, kb_uc_can_read_mtom: undefined as never })).toEqual([
      null,
      null,
      null,
      "INTERNAL",
    ]);
  });
});
