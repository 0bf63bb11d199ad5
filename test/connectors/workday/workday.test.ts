import { expect, test } from "vitest";
import { checkSettings } from "#src/connector-kit/check-settings.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { updateAccount } from "#src/connectors/workday/accounts.ts";
import { workday } from "#src/connectors/workday/index.ts";
import { callSoap } from "#src/connectors/workday/soap.ts";
import {
  InvalidInputError,
  ProviderAuthError,
  ProviderRequestError,
  ProviderScopeError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import type { Client, HttpRequest } from "#src/platform/http/client.ts";
import { FakeClient } from "../fake-client.ts";
import { judge } from "../results.ts";
import { envelope, settings } from "./fixtures.ts";

const { authorization } = workday;
const settled = (change: Record<string, string | null> = {}) =>
  workday.normaliseSettings!(checkSettings(workday.manifest, { ...settings, ...change }));

function contextAnswering(body: unknown, calls: HttpRequest[] = []): Context {
  const client = new FakeClient("https://wd5-services1.myworkday.com", (_, request) => {
    calls.push(request);
    return { body };
  });
  return client.context(settled(), { now: () => new Date("2026-11-18T12:00:00Z") });
}

test("settings: endpoints of one tenant, on Workday's hosts only", () => {
  expect(settled({ restEndpoint: `${settings.restEndpoint}/` })).toMatchObject({
    ...settings,
    internalSignOns: "keep",
    accountActions: "off",
  });
  expect(() => settled({ tokenEndpoint: settings.tokenEndpoint.replace("acme", "other") })).toThrow(
    expect.objectContaining({ field: ["input", "settings", "tokenEndpoint"] }),
  );
  expect(() => settled({ authorizationEndpoint: null })).toThrow(InvalidInputError);
  expect(settled({ authorizationEndpoint: null, refreshToken: "r" })).toHaveProperty("refreshToken", "r");
  for (const restEndpoint of [
    "https://workday.com.evil.test/ccx/api/v1/acme",
    "https://evil-myworkday.com/ccx/api/v1/acme",
    "http://wd5.myworkday.com/ccx/api/v1/acme",
    "https://wd5.myworkday.com/ccx/api/v1/acme?x=1",
    "https://user@wd5.myworkday.com/ccx/api/v1/acme",
  ])
    expect(() => settled({ restEndpoint }), restEndpoint).toThrow(InvalidInputError);
  expect(workday.baseUrl(settled(), {})).toBe("https://wd5-services1.myworkday.com");
});

test("the browser is sent with state and code challenge; a refresh token needs no browser", () => {
  const url = authorization.authorize!(settled(), {
    redirectUri: "https://gatehouse.test/oauth/callback",
    state: "s",
    codeChallenge: "c",
    scopes: [],
  });
  expect(url.href).toBe(
    "https://wd5.myworkday.com/acme/authorize?response_type=code&client_id=client&redirect_uri=https%3A%2F%2Fgatehouse.test%2Foauth%2Fcallback&state=s&code_challenge=c&code_challenge_method=S256",
  );
  expect(authorization.interactive(settled())).toBe(true);
  expect(authorization.interactive(settled({ refreshToken: "r" }))).toBe(false);
});

test("a token without lifetime lives an hour, and the refresh token of the settings stands in for one of a consent", async () => {
  const calls: HttpRequest[] = [];
  const context = contextAnswering({ access_token: "a", token_type: "Bearer" }, calls);
  const renewed = { accessToken: "a", tokenType: "Bearer", expiresAt: new Date("2026-11-18T13:00:00Z") };
  const refreshed = await authorization.refresh!(context, { accessToken: "old", refreshToken: "r1" });
  expect(refreshed).toEqual({ ...renewed, refreshToken: "r1" });
  expect(calls[0]).toMatchObject({
    sign: false,
    form: { grant_type: "refresh_token", refresh_token: "r1" },
    headers: { authorization: `Basic ${Buffer.from("client:secret").toString("base64")}` },
  });
  const typedIn = { ...context, settings: settled({ refreshToken: "r2" }) };
  expect(await authorization.obtain!(typedIn)).toEqual({ ...renewed, refreshToken: "r2" });
  expect(await authorization.refresh!(typedIn, { accessToken: "a" })).toEqual({ ...renewed, refreshToken: "r2" });
  await expect(authorization.refresh!(context, { accessToken: "a" })).rejects.toThrow(ProviderAuthError);
});

test("errors of REST, SOAP and maintenance are told apart", () => {
  const map = (status: number, body: unknown) =>
    workday.mapError!({ status, headers: new Headers(), body }, new Date());
  const fault = (code: string, text: string) =>
    `<SOAP-ENV:Envelope><SOAP-ENV:Body><SOAP-ENV:Fault><faultcode>SOAP-ENV:${code}</faultcode><faultstring>${text}</faultstring></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>`;
  expect(map(400, { error: "invalid request", errors: [{ error: "bad from" }] })).toBeNull();
  expect(
    map(403, { error: "permission denied", errors: [{ error: "permission denied: System Auditing", code: "S22" }] }),
  ).toMatchObject({ scopes: ["System Auditing"] });
  expect(map(403, "forbidden")).toBeNull();
  expect(map(500, fault("Client.authenticationError", "invalid username or password"))).toBeInstanceOf(
    ProviderAuthError,
  );
  expect(
    map(500, fault("Server.processingFault", "Processing error occurred. The task submitted is not authorized.")),
  ).toBeInstanceOf(ProviderScopeError);
  expect(map(500, fault("Client.validationError", "Validation error occurred. Invalid ID value."))).toBeInstanceOf(
    ProviderRequestError,
  );
  expect(map(500, fault("Server", "Out of memory"))).toBeInstanceOf(ProviderUnavailableError);
  expect(map(503, "<!DOCTYPE html><html>maintenance</html>")).toBeInstanceOf(ProviderUnavailableError);
  expect(map(429, { error: "Too many requests" })).toBeNull();
});

test("a SOAP API that takes no tokens costs what needs it, not the connection", async () => {
  const refused = () => Promise.reject(new ProviderAuthError("no"));
  const context = (get: () => Promise<unknown>) => ({
    ...contextAnswering(null),
    http: { post: refused, get } as unknown as Client,
  });
  const call = (to: Context) => callSoap(to, "Human_Resources", "Get_Workers_Request", "");
  await expect(call(context(async () => ({ status: 200 })))).rejects.toThrow(ProviderScopeError);
  await expect(call(context(refused))).rejects.toThrow(ProviderAuthError);
});

test.each([
  "<html>",
  "",
  '<!DOCTYPE x [<!ENTITY a "b">]><Envelope><Body><A_Response>&a;</A_Response></Body></Envelope>',
  "<Envelope><Body></Body></Envelope>",
])("%s is no SOAP answer", async (body) => {
  await expect(callSoap(contextAnswering(body), "Human_Resources", "Get_Workers_Request", "")).rejects.toMatchObject({
    code: "PROVIDER_RESPONSE",
  });
});

const account = { userName: "m&holt", workerId: "204118", contingent: false };

test.each([
  ["Employee_Reference", false],
  ["Contingent_Worker_Reference", true],
])("an update names the worker by %s, in the order of the WSDL", async (reference, contingent) => {
  const calls: HttpRequest[] = [];
  await updateAccount(
    contextAnswering(envelope("<env:Body/>"), calls),
    { ...account, contingent },
    { Account_Disabled: true },
  );
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({
    url: "/ccx/service/acme/Human_Resources/v40.0",
    retry: false,
    body: expect.stringContaining(
      '<bsvc:Workday_Account_for_Worker_Update bsvc:version="v40.0">' +
        `<bsvc:Worker_Reference><bsvc:${reference}><bsvc:Integration_ID_Reference>` +
        '<bsvc:ID bsvc:System_ID="WD-EMPLID">204118</bsvc:ID>' +
        `</bsvc:Integration_ID_Reference></bsvc:${reference}></bsvc:Worker_Reference>` +
        "<bsvc:Workday_Account_for_Worker_Data><bsvc:User_Name>m&#38;holt</bsvc:User_Name>" +
        "<bsvc:Account_Disabled>true</bsvc:Account_Disabled></bsvc:Workday_Account_for_Worker_Data>" +
        "</bsvc:Workday_Account_for_Worker_Update>",
    ),
  });
});

test.each([envelope("<env:Body/>"), envelope("<env:Header/><env:Body></env:Body>"), null])(
  "an update that is answered with %j has succeeded",
  async (body) => {
    await updateAccount(contextAnswering(body), account, { Account_Disabled: true });
  },
);

test.each(["<html><body>Sign in to the network</body></html>", envelope("")])(
  "an update that is answered with %j has not",
  async (body) => {
    await expect(updateAccount(contextAnswering(body), account, { Account_Disabled: true })).rejects.toMatchObject({
      code: "PROVIDER_RESPONSE",
    });
  },
);

test.each([
  ["workday-terminated-accounts", "accounts", { terminatedUnknown: 1 }],
  ["workday-inactive-accounts", "accounts", { inactiveUnknown: 1 }],
  ["workday-terminated-signons", "accounts", { terminatedDated: 3 }],
  ["workday-mfa-exemptions", "signOns", { mfaStated: 0 }],
])("check %s does not pass on what is unknown, and still fails on what is known", (slug, key, change) => {
  const check = workday.checks.find((one) => one.slug === slug)!;
  const resultOf = (example: Record<string, unknown>) =>
    judge(check, { ...example, [key]: { ...(example[key] as object), ...change } }).result;
  expect(resultOf(check.examples.pass)).toBe("unknown");
  if (key === "accounts") expect(resultOf(check.examples.fail)).toBe("fail");
});
