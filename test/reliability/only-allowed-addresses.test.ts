/** Promise R27: we only call where we should. A listener inside counts who comes. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiOf } from "../e2e/support.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { openStage, type Stage } from "./stage.ts";

let inside: Server;
let port: number;
let connections = 0;
/** As an admin runs it: without a sandbox, so that addresses are checked. */
let gatehouse: Gatehouse;
let api: ReturnType<typeof apiOf>;
let stage: Stage;

beforeAll(async () => {
  inside = createServer((_, response) => response.end("{}"));
  inside.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((done) => inside.listen(0, "127.0.0.1", done));
  ({ port } = inside.address() as AddressInfo);
  [gatehouse, stage] = await Promise.all([startGatehouse(), openStage()]);
  api = apiOf(gatehouse);
}, 120_000);
afterAll(async () => {
  await Promise.all([gatehouse?.stop(), stage?.close()]);
  inside.close();
});

/** Ways to write this machine, a private network, and what clouds keep their credentials behind. */
const hosts = [
  "127.0.0.1",
  "127.1",
  "2130706433",
  "0x7f000001",
  "0177.0.0.1",
  "localhost",
  "localhost.",
  "[::1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[64:ff9b::7f00:1]",
  "0.0.0.0",
  "[::]",
  "169.254.169.254",
  "[fd00:ec2::254]",
  "10.0.0.1",
  "100.64.0.1",
  "metadata.google.internal",
];

describe("destinations", () => {
  test.each(hosts)("a webhook at %s is refused or cannot be delivered", async (host) => {
    const made = await gatehouse.graphql<{
      createDestination: { destination: { id: string } | null; userErrors: { code: string }[] };
    }>(
      "mutation ($input: CreateDestinationInput!) { createDestination(input: $input) { destination { id } userErrors { code } } }",
      { input: { kind: "WEBHOOK", name: host, target: `https://${host}:${port}/x`, enabled: false } },
    );
    const { destination, userErrors } = made.createDestination;
    // A name may be resolved only when it is called.
    if (destination) {
      const tested = await gatehouse.graphql<{ testDestination: { userErrors: { code: string }[] } }>(
        "mutation ($id: ID!) { testDestination(id: $id) { userErrors { code } } }",
        { id: destination.id },
      );
      expect(tested.testDestination.userErrors).toMatchObject([{ code: "DELIVERY_FAILED" }]);
    } else expect(userErrors).toMatchObject([{ code: expect.stringMatching(/^(TARGET_REFUSED|BAD_USER_INPUT)$/) }]);
    expect(connections).toBe(0);
  });
});

describe("settings of apps", () => {
  test.each(hosts)("%s as the place of a tenant is refused, and nothing is called", async (host) => {
    const bare = host.replace(/^\[|\]$/g, "");
    for (const [slug, settings] of [
      ["okta", { mode: "token", domain: host, token: "t" }],
      ["okta", { mode: "token", domain: `${bare}:${port}`, token: "t" }],
      ["github", { mode: "pat", org: "acme", host, token: "ghp_x" }],
      [
        "workday",
        {
          ...{ clientId: "c", clientSecret: "s", refreshToken: "r" },
          restEndpoint: `https://${host}/ccx/api/v1/acme`,
          tokenEndpoint: `https://wd5-services1.myworkday.com.${bare}/ccx/oauth2/acme/token`,
        },
      ],
    ] as const) {
      const { instance, userErrors } = await api.connect(slug, host, settings);
      expect(instance, `${slug} ${host}`).toBeNull();
      expect(userErrors.length, `${slug} ${host}`).toBeGreaterThan(0);
    }
    expect(connections).toBe(0);
  });
});

describe("answers of apps", () => {
  test("a next page or a redirect to another place is not followed, and no credential goes there", {
    timeout: 90_000,
  }, async () => {
    const tenant = await stage.sandbox.createTenant({
      provider: "github",
      name: "acme",
      users: 130,
      events: 10,
      unlimited: true,
    });
    const { org, personalAccessToken } = tenant.credentials;
    const id = await stage.api.connected("github", "Acme", { mode: "pat", org, token: personalAccessToken });
    await stage.api.scanned(id);
    const users = (await stage.api.users(id)).length;
    const elsewhere = [
      `http://127.0.0.1:${port}/orgs/acme/members?page=2`,
      `https://api.github.com@127.0.0.1:${port}/?x=api.github.com`,
      `https://127.0.0.1:${port}/?x=https://api.github.com/`,
      "https://evil.example/orgs/acme/members",
      "//evil.example/x",
    ];
    for (const place of elsewhere) {
      stage.proxy.set((_, answer) => ({ ...answer, headers: { ...answer.headers, link: `<${place}>; rel="next"` } }));
      const paged = await stage.api.scan(id, "GROUPS", { mode: "FULL" });
      expect(paged, place).toMatchObject({ status: "FAILED", error: expect.stringContaining("another host") });
      stage.proxy.set((_, answer) => ({ ...answer, status: 302, headers: { location: place }, body: "" }));
      const redirected = await stage.api.scan(id, "GROUPS", { mode: "FULL" });
      expect(redirected.status, `${place}: ${redirected.error}`).toBe("FAILED");
    }
    stage.proxy.set(null);
    expect(connections).toBe(0);
    expect((await stage.api.users(id)).length).toBe(users);
  });
});
