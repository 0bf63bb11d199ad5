/**
 * Promise R16: a secret never leaves. Canaries stand in every secret field and in what apps answer; then everything that people, logs and
 * databases can show is searched for them.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../e2e/support.ts";
import type { SandboxTenant } from "../support/sandbox.ts";
import { openStage, type Stage } from "./stage.ts";

const canary = (what: string) => `canary-${what}-7f3a9c1e5b2d4086`;
const key = Buffer.alloc(32, canary("key"));
const webhookPath = canary("webhook-path");

let stage: Stage;
const secrets = new Map<string, string>();
const answers: string[] = [];

beforeAll(async () => {
  stage = await openStage({
    env: {
      GATEHOUSE_SECRET_KEYS: key.toString("base64"),
      LOG_LEVEL: "trace",
      SMTP_URL: `smtp://gatehouse:${canary("smtp")}@127.0.0.1:1`,
      OIDC_ISSUER: "https://login.invalid",
      OIDC_AUDIENCE: "gatehouse",
      OIDC_CLIENT_ID: "gatehouse",
      OIDC_CLIENT_SECRET: canary("oidc"),
      DESTINATION_NETWORKS: "127.0.0.0/8",
    },
  });
  secrets.set("smtp", canary("smtp")).set("oidc", canary("oidc")).set("key", key.toString("base64"));
  secrets.set("database", new URL(stage.gatehouse.databaseUrl).password);
  secrets.set("token", stage.gatehouse.token);
}, 120_000);
afterAll(() => stage?.close());

/** Asks, and keeps what was answered. */
async function ask(query: string, variables: Record<string, unknown> = {}) {
  const answer = await stage.gatehouse.ask<Record<string, never>>(query, variables);
  answers.push(JSON.stringify(answer));
  return answer;
}

const connect = async (connectorSlug: string, name: string, settings: object) => {
  const { data } = await ask(
    "mutation ($input: ConnectInstanceInput!) { connectInstance(input: $input) { instance { id settings } userErrors { message } } }",
    { input: { connectorSlug, name, settings } },
  );
  return (data!.connectInstance as { instance: { id: string } | null }).instance?.id ?? null;
};

/** What an app may put into an error: our credential, another one, a stack, and characters that databases refuse. */
const indiscreet = (credential: string) =>
  `Token ${credential} refused; Authorization: Bearer ${canary("foreign")}\u0000 \ud800\n\tat com.example.Gate.check(Gate.java:42)\n\tat com.example.Main.main(Main.java:7)`;

/** Connects, and has every later answer of the app fail with an indiscreet text. */
async function suffer(tenant: SandboxTenant, settings: Record<string, string | undefined>, credential: string) {
  stage.proxy.set(null);
  const id = await connect(tenant.provider, tenant.name, settings);
  expect(id, tenant.provider).not.toBeNull();
  await stage.api.scanned(id!);
  const text = indiscreet(credential);
  for (const status of [400, 422, 403, 500, 401]) {
    stage.proxy.set((_, answer) => ({
      status,
      headers: { ...answer.headers, "content-type": "application/json" },
      body: JSON.stringify({
        ...{ message: text, error: status === 401 ? "invalid_grant" : { message: text, code: 999 }, detail: text },
        ...{ errorCode: "E0000001", errorSummary: text, errorCauses: [{ errorSummary: text }] },
      }),
    }));
    await stage.api.startScan(id!, ["USERS"]).catch((error: unknown) => answers.push(String(error)));
    await until(
      async () => (await stage.api.scans(id!, "USERS"))[0]!,
      (scan) => scan.error !== null || scan.status === "CANCELLED",
    );
    await ask("mutation ($id: ID!) { testConnection(instanceId: $id) { userErrors { message } } }", { id });
  }
  stage.proxy.set(null);
}

/** Everything that the API shows, the destinations' own addresses aside, which an ADMIN typed in. */
const everything = `{
  instances(first: 50) { nodes { name settings statusReason webhook { url problem } gaps { reason }
    health { streams { disabledReason } } scans(first: 50) { nodes { error } } capabilities { reason } } }
  auditLog(first: 200) { nodes { actor action target before after result } }
  alerts(first: 100) { nodes { title explanation } }
  destinations { name lastError deliveries(first: 20) { nodes { lastError } } }
  apiTokens { name }
}`;

async function databaseText(): Promise<string> {
  const { sql } = stage.gatehouse;
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')`;
  const texts = [];
  for (const { name } of tables) {
    const rows = await sql.unsafe(`select t::text as row from ${name} t`);
    texts.push(...rows.map(({ row }) => row as string));
  }
  const running = await sql`select query from pg_stat_activity`;
  return [...texts, ...running.map(({ query }) => query as string)].join("\n");
}

function found(text: string): string[] {
  return [...secrets].flatMap(([name, secret]) => {
    const forms = [secret, Buffer.from(secret).toString("base64").slice(0, -4), encodeURIComponent(secret)];
    return secret.length >= 8 && forms.some((form) => text.includes(form)) ? [name] : [];
  });
}

test("no canary is in a log, an answer, the audit log, the metrics or the database", { timeout: 180_000 }, async () => {
  const { sandbox, gatehouse } = stage;
  const tenantOf = (provider: string) =>
    sandbox.createTenant({ provider, name: `c-${provider}`, users: 6, events: 20, unlimited: true });
  const github = await tenantOf("github");
  const okta = await tenantOf("okta");
  const workday = await tenantOf("workday");
  const workplace = await tenantOf("workplace");
  for (const { provider, credentials } of [github, okta, workday, workplace])
    for (const [name, value] of Object.entries(credentials))
      if (/token|secret|privateKey/i.test(name) && !/endpoint/i.test(name))
        secrets.set(`${provider}.${name}`, value.includes("PRIVATE KEY") ? value.split("\n")[2]! : value);
  secrets.set("foreign", canary("foreign"));

  await suffer(
    github,
    { mode: "pat", org: github.credentials.org, token: github.credentials.personalAccessToken },
    github.credentials.personalAccessToken!,
  );
  await suffer(
    okta,
    { mode: "token", domain: okta.credentials.domain, token: okta.credentials.apiToken },
    okta.credentials.apiToken!,
  );
  const { clientId, clientSecret, restEndpoint, tokenEndpoint, refreshToken } = workday.credentials;
  await suffer(workday, { clientId, clientSecret, restEndpoint, tokenEndpoint, refreshToken }, refreshToken!);
  await suffer(workplace, { accessToken: workplace.credentials.accessToken }, workplace.credentials.accessToken!);

  // Refused on the way in.
  for (const settings of [
    { mode: "pat", org: "acme", token: canary("typed") },
    { mode: "app", org: "acme", privateKey: canary("typed") },
  ])
    await connect("github", "Wrong", settings);
  secrets.set("typed", canary("typed"));

  const receiver = createServer((_, response) => response.writeHead(500).end(`${canary("receiver")}`));
  await new Promise<void>((listening) => receiver.listen(0, "127.0.0.1", listening));
  const { port } = receiver.address() as AddressInfo;
  const made = await gatehouse.graphql<{
    createDestination: { destination: { id: string } | null; secret: string | null };
  }>(
    `mutation ($input: CreateDestinationInput!) { createDestination(input: $input) { destination { id } secret userErrors { message } } }`,
    { input: { kind: "WEBHOOK", name: "hook", target: `https://127.0.0.1:${port}/${webhookPath}` } },
  );
  secrets.set("webhook secret", made.createDestination.secret!).set("webhook path", webhookPath);
  await ask("mutation ($id: ID!) { testDestination(id: $id) { userErrors { message } } }", {
    id: made.createDestination.destination!.id,
  });
  receiver.close();

  // Tokens and links that do not exist, and errors of every kind.
  await gatehouse.ask("{ viewer { name } }", {}, canary("bearer"));
  await fetch(`${gatehouse.url}/signin?token=${canary("link")}`);
  await fetch(`${gatehouse.url}/oauth/callback?state=${canary("state")}&code=${canary("code")}`);
  await fetch(`${gatehouse.url}/webhooks/github/1`, {
    method: "POST",
    headers: { "x-hub-signature-256": canary("signature") },
    body: "{}",
  });
  for (const what of ["bearer", "link", "state", "code", "signature"]) secrets.set(what, canary(what));

  const shown = await ask(everything);
  expect(shown.errors).toEqual([]);
  const metrics = await (await fetch(`${gatehouse.url}/metrics`)).text();
  const places: Record<string, string> = {
    answers: answers.join("\n"),
    log: gatehouse.process.output().replaceAll(/Sign in once, within ten minutes: \S+/g, ""),
    metrics,
    database: await databaseText(),
  };
  for (const [place, text] of Object.entries(places)) {
    expect(text.length, place).toBeGreaterThan(500);
    expect(found(text), place).toEqual([]);
  }
  // The texts came through, shortened and on one line, without the stack.
  expect(places.answers).toContain("refused; Authorization: Bearer [redacted]");
  expect(places.answers).not.toContain("Gate.java");
  expect(places.database).not.toContain("Gate.java");
});

test("characters that databases refuse are refused on arrival, wherever they stand", async () => {
  const { gatehouse } = stage;
  const lone = "half \ud83d of a pair";
  const mutation =
    "mutation ($input: ConnectInstanceInput!) { connectInstance(input: $input) { userErrors { code } } }";
  for (const [name, settings] of [
    [lone, {}],
    ["x", { org: lone }],
    ["x", { [lone]: "y" }],
    ["x", { org: "nul \0" }],
  ] as const) {
    const { status, errors } = await gatehouse.ask(mutation, { input: { connectorSlug: "github", name, settings } });
    expect(status).toBeLessThan(500);
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
  }
  // A long text is cut for the audit log, and not through the middle of a character.
  const { data, errors } = await gatehouse.ask(mutation, {
    input: { connectorSlug: "github", name: `x${"😀".repeat(1500)}`, settings: {} },
  });
  expect(errors).toEqual([]);
  expect(data).toMatchObject({ connectInstance: { userErrors: expect.arrayContaining([expect.anything()]) } });
});
