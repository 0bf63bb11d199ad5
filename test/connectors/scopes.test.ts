import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { loadConnectors } from "#src/connectors/index.ts";
import { FakeClient } from "./fake-client.ts";

// What a request for consent or a token asks for, against what the streams and actions of the manifest need. What it asks beyond that is
// for the connection itself, its webhook and single checks, and is named here: nothing else may be asked of a customer.

const all = await loadConnectors();
const code = (slug: string) => all.find(({ manifest }) => manifest.slug === slug)!;
const wanted = (slug: string, settings: Settings) => wantedScopes(code(slug).manifest, settings, []);

function askedOfGitHub(settings: Settings): string[] {
  const request = {
    redirectUri: "https://gw.example/oauth/callback",
    state: "s",
    codeChallenge: "c",
    scopes: wanted("github", settings),
  };
  const url = code("github").authorization.authorize!(settings, request);
  return (url.searchParams.get("scope") ?? "").split(" ");
}

async function askedOfOkta(settings: Settings): Promise<string[]> {
  const asked: string[][] = [];
  const http = new FakeClient("https://acme.okta.com", (_, { form }) => {
    asked.push((form?.scope ?? "").split(" "));
    return { body: { access_token: "t", token_type: "Bearer", expires_in: 3600, scope: form?.scope } };
  });
  await code("okta").authorization.obtain!(http.context(settings));
  return asked[0] ?? [];
}

describe("scopes that are asked for", () => {
  const oauth = { mode: "oauth", org: "acme", clientId: "Ov23liExample0123" };

  test("GitHub: all that streams and actions need, and the enterprise's only with an enterprise", () => {
    const settings = { ...oauth, enterprise: "acme-corp" };
    const asked = askedOfGitHub(settings);
    expect(wanted("github", settings).filter((scope) => !asked.includes(scope))).toEqual([]);
    expect(askedOfGitHub(oauth)).not.toContain("admin:enterprise");
  });

  test("GitHub: beyond that the webhook's and those that name the admin, and full access to code only where chosen", () => {
    const beyond = askedOfGitHub(oauth).filter((scope) => !wanted("github", oauth).includes(scope));
    expect(["admin:org_hook", "read:user", "user:email"]).toEqual(expect.arrayContaining(beyond));
    expect(askedOfGitHub(oauth)).not.toContain("repo");
  });

  test("Okta: all that streams and actions need, and beyond that the org's, the webhook's and those of checks", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const settings = { mode: "oauth", domain: "acme.okta.com", clientId: "0oa1", keyId: "k", privateKey: pem };
    const asked = await askedOfOkta(settings);
    const needed = wanted("okta", settings);
    expect(needed.filter((scope) => !asked.includes(scope))).toEqual([]);
    expect([
      "okta.orgs.read",
      "okta.eventHooks.manage",
      "okta.threatInsights.read",
      "okta.authenticators.read",
    ]).toEqual(expect.arrayContaining(asked.filter((scope) => !needed.includes(scope))));
  });

  test("Workplace: the consent page knows no scopes; an app's permissions are set at the provider", () => {
    const url = code("workplace").authorization.authorize!(
      { appId: "1", appSecret: "s" },
      { redirectUri: "https://gw.example/oauth/callback", state: "s", codeChallenge: "c", scopes: ["read_all"] },
    );
    expect(url.searchParams.has("scope")).toBe(false);
  });
});
