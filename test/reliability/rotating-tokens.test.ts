/**
 * Promise R11: one refresh at a time, and the newest token wins. The app rotates refresh tokens and revokes all of them when one is used
 * twice; two servers meet the end of an access token at the same moment.
 */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiOf, until } from "../e2e/support.ts";
import { freePort, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { startNode, type TestProcess } from "../support/process.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

const rounds = process.env.SOAK ? 100 : 3;
const key = Buffer.alloc(32, 7).toString("base64");

/** Stands before the sandbox's Workday, whose refresh tokens stay the same, and rotates them. */
class Rotation {
  refreshes = 0;
  /** The answer to the next refresh is lost on the way. */
  losesNext = false;
  revoked = false;
  /** The app is at work for so long: others come meanwhile. */
  readonly delayMs = 150;
  readonly #sandbox: Sandbox;
  readonly #tenant: SandboxTenant;
  #current: string;
  #access: string | null = null;
  readonly #server = createServer((incoming, outgoing) => {
    this.#answer(incoming, outgoing).catch(() => outgoing.destroy());
  });

  constructor(sandbox: Sandbox, tenant: SandboxTenant) {
    this.#sandbox = sandbox;
    this.#tenant = tenant;
    this.#current = tenant.credentials.refreshToken!;
  }

  listen = () => new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The access token ends now. */
  expire(): void {
    this.#access = null;
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.#server.close(() => done());
      this.#server.closeAllConnections();
    });
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (incoming.url!.includes("/ccx/oauth2/")) return this.#refresh(new URLSearchParams(body.toString()), outgoing);
    if (incoming.headers.authorization !== `Bearer ${this.#access}`)
      return void outgoing.writeHead(401, { "content-type": "application/json" }).end('{"error":"invalid_token"}');
    const { method, headers, url } = incoming;
    const forwarded = httpRequest(new URL(url!, this.#sandbox.url), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    forwarded.end(body);
  }

  async #refresh(form: URLSearchParams, outgoing: ServerResponse): Promise<void> {
    const given = form.get("refresh_token");
    this.refreshes += 1;
    if (given !== this.#current) this.revoked = true;
    if (this.revoked)
      return void outgoing.writeHead(400, { "content-type": "application/json" }).end('{"error":"invalid_grant"}');
    this.#current = `refresh-${crypto.randomUUID()}`;
    await new Promise((done) => setTimeout(done, this.delayMs));
    const { tokenEndpoint, clientId, clientSecret, refreshToken } = this.#tenant.credentials;
    const answer = await fetch(tokenEndpoint!.replace("https://", `${this.#sandbox.url}/`), {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken! }),
    });
    const token = (await answer.json()) as { access_token: string };
    if (this.losesNext) {
      this.losesNext = false;
      return void outgoing.destroy();
    }
    this.#access = token.access_token;
    outgoing.writeHead(200, { "content-type": "application/json" });
    outgoing.end(JSON.stringify({ ...token, refresh_token: this.#current }));
  }
}

let sandbox: Sandbox;
let rotation: Rotation;
let gatehouse: Gatehouse;
let second: TestProcess;
let secondUrl: string;
let api: ReturnType<typeof apiOf>;
let id: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  const tenant = await sandbox.createTenant({
    provider: "workday",
    name: "acme",
    users: 6,
    events: 20,
    unlimited: true,
  });
  rotation = new Rotation(sandbox, tenant);
  await rotation.listen();
  gatehouse = await startGatehouse({ sandboxUrl: rotation.url });
  api = apiOf(gatehouse);
  const port = await freePort();
  secondUrl = `http://127.0.0.1:${port}`;
  second = startNode("src/main.ts", ["serve"], {
    env: {
      NODE_ENV: undefined,
      DATABASE_URL: gatehouse.databaseUrl,
      GATEHOUSE_SECRET_KEYS: key,
      PROVIDER_SANDBOX_URL: rotation.url,
      HOST: "127.0.0.1",
      PORT: String(port),
    },
  });
  await second.waitFor(/Gatehouse is ready in \d+ ms/, 60_000);
  const { clientId, clientSecret, restEndpoint, tokenEndpoint, refreshToken } = tenant.credentials;
  id = await api.connected("workday", "Acme", { clientId, clientSecret, restEndpoint, tokenEndpoint, refreshToken });
  await api.scanned(id);
}, 120_000);
afterAll(async () => {
  await second?.kill("SIGTERM");
  await gatehouse?.stop();
  await rotation?.close();
  await sandbox?.stop();
});

/** One of sixteen that need the credential at once, at either server. */
async function testAt(url: string): Promise<boolean> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${gatehouse.token}` },
    body: JSON.stringify({
      query: "mutation ($id: ID!) { testConnection(instanceId: $id) { ok } }",
      variables: { id },
    }),
  });
  const { data } = (await response.json()) as { data: { testConnection: { ok: boolean } } };
  return data.testConnection.ok;
}

test("of sixteen that meet the end of an access token one refreshes it, at every end", {
  timeout: 600_000,
}, async () => {
  for (let round = 0; round < rounds; round++) {
    const before = rotation.refreshes;
    rotation.expire();
    const tests = Array.from({ length: 16 }, (_, n) => testAt(n % 2 === 0 ? gatehouse.url : secondUrl));
    await api.startScan(id, ["USERS", "ACTIVITIES"]);
    expect(await Promise.all(tests), `round ${round}`).toEqual(tests.map(() => true));
    expect([rotation.refreshes - before, rotation.revoked], `round ${round}`).toEqual([1, false]);
  }
  expect(await api.instance(id)).toMatchObject({ status: "CONNECTED", statusReason: null });
});

test("a lost answer to a refresh asks an admin to connect again, and says why", { timeout: 90_000 }, async () => {
  rotation.losesNext = true;
  rotation.expire();
  await api.startScan(id, ["USERS"]).catch(() => {});
  const failed = await until(
    async () => {
      await testAt(gatehouse.url);
      return api.instance(id);
    },
    ({ status }) => status === "ERROR",
  );
  expect(failed.statusReason).toMatch(/refresh token is no longer accepted.*connect again/);
});
