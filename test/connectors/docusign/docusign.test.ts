import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checkSettings } from "#src/connector-kit/check-settings.ts";
import { vocabulary } from "#src/connectors/docusign/events.ts";
import { docusign } from "#src/connectors/docusign/index.ts";
import { ProviderAuthError, ProviderResponseError } from "#src/errors.ts";
import { type FakeAnswer, FakeClient } from "../fake-client.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const [integrationKey, userId] = ["5a0c9d51-8f3e-4f2b-b7a8-90c1d2e3f405", "fc8d7d8c-1f0e-4a57-9c3f-6b0f4d2e8a11"];
const jwt = { mode: "jwt", environment: "demo", integrationKey, userId, privateKey: pem };

test("each mode names what it lacks", () => {
  const settle = (input: Record<string, string>) =>
    docusign.normaliseSettings?.(checkSettings(docusign.manifest, input));
  expect(settle(jwt)).toMatchObject({ actions: "off" });
  for (const [input, field] of [
    [{ integrationKey, privateKey: pem }, "userId"],
    [{ integrationKey, userId }, "privateKey"],
    [{ integrationKey, userId, privateKey: "none" }, "privateKey"],
    [{ mode: "oauth", integrationKey }, "secretKey"],
  ] as const)
    expect(() => settle(input), field).toThrow(expect.objectContaining({ field: ["input", "settings", field] }));
});

describe("signing in", () => {
  const account = { account_id: "a1", account_name: "Tern", is_default: true, base_uri: "https://eu.docusign.net" };
  const organization = { organization_id: "o1" };

  /** Grants these scopes only, and like DocuSign does not name the missing one. */
  function provider(consented: readonly string[], accounts: readonly object[]) {
    const asked: string[] = [];
    const http = new FakeClient("https://api-d.docusign.net/Management", (path, { form }): FakeAnswer => {
      if (path.endsWith("/oauth/userinfo")) return { body: { sub: userId, accounts } };
      const claims = JSON.parse(Buffer.from(form!.assertion!.split(".")[1]!, "base64url").toString()) as Claims;
      expect(claims).toMatchObject({ iss: integrationKey, sub: userId, aud: "account-d.docusign.com" });
      asked.push(claims.scope);
      const isConsented = claims.scope.split(" ").every((scope) => [...consented, "impersonation"].includes(scope));
      if (!isConsented) {
        const refusal = { status: 400, headers: new Headers(), body: { error: "consent_required" } };
        throw docusign.mapError!(refusal, new Date())!;
      }
      return { body: { access_token: "t", token_type: "Bearer", expires_in: 3600 } };
    });
    return { http, asked };
  }
  interface Claims {
    scope: string;
  }

  test("scopes without consent are left out, and the region of each account is kept", async () => {
    const elsewhere = { ...account, account_id: "b1", is_default: false, organization: { organization_id: "o2" } };
    const { http, asked } = provider(["signature", "user_read"], [{ ...account, organization }, elsewhere]);
    const credential = await docusign.authorization.obtain!(http.context(jwt));
    expect(asked[0]!.split(" ")).not.toContain("user_write");
    expect(credential.scopes).toEqual(["signature", "user_read", "impersonation"]);
    expect(credential.extra?.organizationId).toBe("o1");
    expect(JSON.parse(credential.extra!.accounts!)).toMatchObject([{ id: "a1", baseUri: "https://eu.docusign.net" }]);
  });

  test("without any consent, or without an organization, an admin is asked", async () => {
    for (const { http } of [provider([], []), provider(["signature"], [account])])
      await expect(docusign.authorization.obtain!(http.context(jwt))).rejects.toThrow(ProviderAuthError);
  });

  test("a region outside of DocuSign's domain gets no token", async () => {
    const { http } = provider(
      ["signature"],
      [{ ...account, organization, base_uri: "https://docusign.net.evil.example" }],
    );
    await expect(docusign.authorization.obtain!(http.context(jwt))).rejects.toThrow(ProviderResponseError);
  });
});

describe("events", () => {
  const base = {
    ...{ timestamp: "2026-02-03T09:56:17.6066990Z", eventId: "74692662-0a0b", accountId: "a1", userId: "u1" },
    ...{ object: "Account", action: "UserAdded", property: "", result: "", source: "Web", ipAddress: "203.0.113.7" },
    ipAddressLocation: { country: "united states", state: "washington", city: "new york" },
    data: { AffectedUserId: "u2", PermissionProfileId: "26252962" },
  };
  const map = (event: object) => docusign.mapEvent!({ ...base, ...event })[0]!;

  test("actor, place, time and targets are read, whatever the spelling of a field", () => {
    expect(map({})).toMatchObject({
      ...{ externalId: "74692662-0a0b", category: "ADMIN", action: "CREATE", eventType: "Account.UserAdded" },
      ...{ occurredAt: new Date("2026-02-03T09:56:17.606Z"), country: "US", city: "New York", outcome: "SUCCESS" },
      ...{ actor: { externalId: "u1" }, description: "Somebody added a user to the account", interactive: true },
      targets: [
        { type: "user", id: "u2" },
        { type: "permissionProfile", id: "26252962" },
      ],
    });
    expect(map({ userId: undefined, UserId: "u9" }).actor?.externalId).toBe("u9");
  });

  test.each([
    ["Login", "Login", "Success", "LOG_ON", "SIGN_IN", "Somebody signed in"],
    ["Login", "Login", "Failed", "LOG_ON", "SIGN_IN", "Somebody signed in (failed)"],
    ["Envelope", "Voided", "", "USER", "OTHER", "Somebody voided an envelope"],
    ["Envelope", "Downloaded", "", "USER", "DOWNLOAD", "Somebody downloaded an envelope"],
    ["IdentityProvider", "Deleted", "", "ADMIN", "DELETE", "Somebody deleted an identity provider"],
    [
      "Alert",
      "TooManyLoginFailures",
      "",
      "ADMIN",
      "CREATE",
      "DocuSign Monitor raised an alert: too many login failures",
    ],
  ])("%s.%s %s", (object, action, result, category, does, description) => {
    const data = {};
    expect(map({ object, action, result, data })).toMatchObject({ category, action: does, description });
  });

  test("a text that comes as a list of characters is joined, and an unknown type is kept", () => {
    const joined = map({ object: "Account", action: "Updated", data: { SettingsKey: [..."sessionTimeout"] } });
    expect(joined.description).toBe("Somebody changed settings of the account: sessionTimeout");
    expect(map({ object: "Orbit", action: "Wobbled" })).toMatchObject({ unmapped: true, category: "USER" });
    expect(vocabulary.phraseOf("PowerForm.Published").known).toBe(true);
  });
});
