import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { rawSql } from "#db/client.ts";
import type { AuthorizationAnswer, AuthorizationRequest } from "#src/connector-kit/contract/authorization.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type * as connectorList from "#src/connectors/index.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { seedInstance } from "../support/seed.ts";
import { newVisitor, openConsent } from "../support/visitor.ts";

const provider = vi.hoisted(() => ({
  asked: [] as AuthorizationRequest[],
  answers: [] as AuthorizationAnswer[],
  settings: [] as Settings[],
}));

vi.mock("#src/connectors/index.ts", async (original) => {
  const { madeUp, withConnector } = await import("../support/made-up-connector.ts");
  const test = async ({ settings }: { settings: Settings }) => {
    provider.settings.push(settings);
    const tenant = settings.externalId ?? settings.tenant ?? "one";
    return { externalAccountId: tenant, accountName: tenant, missingScopes: [] };
  };
  const consent = madeUp({
    manifest: {
      slug: "by-consent",
      name: "App by Consent",
      settings: { tenant: { label: "Tenant" }, actions: { label: "Actions", options: ["no", "yes"], default: "no" } },
      actions: { SUSPEND_USER: { scopes: ["users.write", "users.read"], when: ({ actions }) => actions === "yes" } },
      streams: { USERS: { everySeconds: 3600, scopes: ["users.read"] } },
    },
    streams: {
      async *USERS() {},
    },
    actions: { SUSPEND_USER: async () => ({ changed: false }) },
    authorization: {
      interactive: () => true,
      authorize: (_, request) => {
        provider.asked.push(request);
        return new URL(`https://api.made-up.example/consent?state=${request.state}`);
      },
      exchange: async (_, answer) => {
        provider.answers.push(answer);
        const { ProviderAuthError } = await import("#src/errors.ts");
        if (answer.code === null && answer.parameters.admin_consent !== "True")
          throw new ProviderAuthError("App by Consent sent no authorization code.");
        return { accessToken: "a" };
      },
      sign: () => ({}),
    },
    testConnection: test,
  });
  const keyed = madeUp({
    manifest: {
      slug: "by-role",
      name: "App by Role",
      dependsOn: ["made-up", "okta"],
      settings: {
        role: { label: "Role" },
        externalId: { label: "External ID", generated: "external-id" },
      },
    },
    authorization: { interactive: () => false, obtain: async () => ({ accessToken: "a" }), sign: () => ({}) },
    testConnection: test,
  });
  const alone = madeUp({
    manifest: {
      slug: "alone",
      name: "App Alone",
      dependsOn: ["okta"],
      standalone: true,
      settings: { role: { label: "Role" } },
    },
    authorization: { interactive: () => false, obtain: async () => ({ accessToken: "a" }), sign: () => ({}) },
    testConnection: test,
  });
  const apps = [madeUp(), consent, keyed, alone];
  return apps.reduce(withConnector, await original<typeof connectorList>());
});

const connect = `mutation ($input: ConnectInstanceInput!) { connectInstance(input: $input) {
  instance { id status settings } authorizationUrl userErrors { code message field } } }`;
const prepare = `mutation ($slug: String!) { prepareConnection(connectorSlug: $slug) {
  settings { name value } expiresAt userErrors { code field } } }`;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
beforeEach(() => {
  for (const list of [provider.asked, provider.answers, provider.settings]) list.length = 0;
});

describe("a consent", () => {
  const visit = newVisitor();
  const ask = async (settings: object) => {
    const input = { connectorSlug: "by-consent", name: "Consent", settings };
    const { connectInstance } = await app.data(connect, { input });
    expect(connectInstance.userErrors).toEqual([]);
    await openConsent(visit, connectInstance.authorizationUrl);
    return connectInstance.instance.id as string;
  };
  const comeBack = async (query: string) => {
    const { state } = provider.asked.at(-1)!;
    return (await visit(`${app.url}/oauth/callback/by-consent?state=${state}&${query}`)).text();
  };
  const status = async (id: string) =>
    (await app.data("query ($id: ID!) { instance(id: $id) { status statusReason } }", { id })).instance;

  test("of an admin that comes back without a code is the connector's to judge", async () => {
    const id = await ask({ tenant: "entra" });
    await comeBack("admin_consent=True&tenant=42");
    expect(provider.answers).toMatchObject([{ code: null, parameters: { admin_consent: "True", tenant: "42" } }]);
    expect(await status(id)).toEqual({ status: "CONNECTED", statusReason: null });
  });

  test("that comes back with nothing is refused in the connector's words, and can be given again", async () => {
    const id = await ask({ tenant: "nothing" });
    await comeBack("hello=1");
    expect(await status(id)).toEqual({
      status: "ERROR",
      statusReason: "App by Consent sent no authorization code.",
    });
  });

  test("that comes back with an error is refused, whatever else comes with it", async () => {
    const id = await ask({ tenant: "denied" });
    expect(await comeBack("error=access_denied&code=c&admin_consent=True")).toContain("Consent was not given");
    expect(provider.answers).toEqual([]);
    expect((await status(id)).status).toBe("AWAITING_AUTHORIZATION");
  });

  test("is asked for the scopes of the streams and actions that the settings want, each once", async () => {
    await ask({ tenant: "reads" });
    await ask({ tenant: "acts", actions: "yes" });
    expect(provider.asked.map(({ scopes }) => scopes)).toEqual([["users.read"], ["users.read", "users.write"]]);
  });
});

describe("an app whose accounts are another app's", () => {
  const input = { connectorSlug: "by-role", name: "Role", settings: { role: "arn" } };

  test("names it in the catalogue, and is not connected before it", async () => {
    const { connector } = await app.data(`{ connector(slug: "by-role") { dependsOn { slug } } }`);
    expect(connector.dependsOn).toEqual([{ slug: "made-up" }, { slug: "okta" }]);
    await app.data(prepare, { slug: "by-role" });
    const refused = (await app.data(connect, { input })).connectInstance;
    expect(refused.userErrors).toEqual([
      {
        code: "DEPENDENCY_NOT_CONNECTED",
        message: "The accounts of App by Role are those of Made-up App or Okta: connect an instance of that first.",
        field: ["input", "connectorSlug"],
      },
    ]);
    const other = await seedInstance(app.core, "made-up", "accounts");
    await rawSql(app.core.db)`update instances set status = 'DISABLED' where id = ${other}`;
    expect((await app.data(connect, { input })).connectInstance.instance).toBeNull();
    await rawSql(app.core.db)`update instances set status = 'CONNECTED' where id = ${other}`;
    expect((await app.data(connect, { input })).connectInstance.userErrors).toEqual([]);
  });

  test("is connected before it where it also works alone", async () => {
    const of = async (slug: string) =>
      (await app.data(`{ connector(slug: "${slug}") { dependsOn { slug } standalone } }`)).connector;
    expect(await of("alone")).toEqual({ dependsOn: [{ slug: "okta" }], standalone: true });
    expect(await of("by-role")).toMatchObject({ standalone: false });
    expect(await of("made-up")).toEqual({ dependsOn: [], standalone: true });
    const settings = { role: "arn" };
    const { connectInstance } = await app.data(connect, { input: { connectorSlug: "alone", name: "Alone", settings } });
    expect(connectInstance).toMatchObject({ instance: { status: "CONNECTED" }, userErrors: [] });
  });

  describe("and whose external id nobody may choose", () => {
    const valueFor = async (token?: string) => {
      const { prepareConnection } = await app.data(prepare, { slug: "by-role" }, token);
      expect(prepareConnection).toMatchObject({ settings: [{ name: "externalId" }], userErrors: [] });
      return prepareConnection.settings[0].value as string;
    };
    beforeAll(async () => {
      await seedInstance(app.core, "made-up", "more accounts");
    });

    test("is connected with the value that Gatehouse made for this viewer, and the next gets another", async () => {
      const value = await valueFor();
      expect(value).toMatch(/^[\w-]{43}$/);
      expect(await valueFor()).toBe(value);
      const stored = await rawSql(app.core.db)`select settings from prepared_settings`;
      expect(JSON.stringify(stored)).not.toContain(value);
      const { connectInstance } = await app.data(connect, { input });
      expect(connectInstance.instance).toMatchObject({ status: "CONNECTED", settings: { externalId: value } });
      expect(provider.settings).toEqual([{ role: "arn", externalId: value }]);
      expect(await valueFor()).not.toBe(value);
    });

    test("a value that is sent is refused, when it is changed later too", async () => {
      const value = await valueFor();
      const chosen = { ...input, settings: { role: "arn", externalId: value } };
      const message = "External ID is generated by Gatehouse and cannot be sent.";
      const field = ["input", "settings", "externalId"];
      expect((await app.data(connect, { input: chosen })).connectInstance.userErrors).toEqual([
        { code: "BAD_USER_INPUT", message, field },
      ]);
      const { instance } = (await app.data(connect, { input })).connectInstance;
      const update = `mutation ($input: UpdateInstanceInput!) { updateInstance(input: $input) { userErrors { message } } }`;
      for (const externalId of ["chosen", null]) {
        const { updateInstance } = await app.data(update, {
          input: { instanceId: instance.id, settings: { externalId } },
        });
        expect(updateInstance.userErrors).toEqual([{ message }]);
      }
      const { updateInstance } = await app.data(update, {
        input: { instanceId: instance.id, settings: { role: "b" } },
      });
      expect(updateInstance.userErrors).toEqual([]);
      expect(provider.settings.at(-1)).toEqual({ role: "b", externalId: value });
    });

    test("another viewer's value is not used, nor one that is too old", async () => {
      const { secret } = await app.newToken("ADMIN");
      const value = await valueFor(secret);
      const own = await valueFor();
      expect(own).not.toBe(value);
      await rawSql(app.core.db)`update prepared_settings set expires_at = now() - interval '1 second'
        where viewer_id = (select viewer_id from prepared_settings order by expires_at desc limit 1)`;
      const refused = (await app.data(connect, { input })).connectInstance;
      expect(refused.userErrors).toMatchObject([{ code: "NOT_PREPARED", field: ["input", "settings", "externalId"] }]);
      expect((await app.data(connect, { input }, secret)).connectInstance.instance.settings.externalId).toBe(value);
    });

    test("the form does not ask for it", async () => {
      const { connector } = await app.data(`{ connector(slug: "by-role") { settings { name required generated } } }`);
      expect(connector.settings).toEqual([
        { name: "role", required: true, generated: false },
        { name: "externalId", required: false, generated: true },
      ]);
    });

    test("an app without such settings has nothing to prepare", async () => {
      const { prepareConnection } = await app.data(prepare, { slug: "made-up" });
      expect(prepareConnection).toEqual({ settings: [], expiresAt: null, userErrors: [] });
      expect((await app.data(prepare, { slug: "nowhere" })).prepareConnection.userErrors).toEqual([
        { code: "UNKNOWN_CONNECTOR", field: ["connectorSlug"] },
      ]);
    });
  });
});
