import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { rawSql } from "#db/client.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { Credential, TokenPurpose } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type * as connectorList from "#src/connectors/index.ts";
import { loadConnector } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { openConnection, unsignedContext } from "#src/instances/connection.ts";
import { reload } from "#src/instances/row.ts";
import { idOf, startApp, type TestApp } from "../support/app.ts";

// A made-up app at a real server: each tenant has a host of its own that only the sign-in names, and tokens for each audience and person.

const acme = vi.hoisted(() => ({
  made: [] as { purpose: TokenPurpose; from: string }[],
  minted: 0,
  granted: ["read"] as string[],
  lifetimeMs: 3_600_000,
  refused: new Set<string>(),
}));

vi.mock("#src/connectors/index.ts", async (original) => {
  const { madeUp, withConnector } = await import("../support/made-up-connector.ts");
  const mint = async (context: Context): Promise<Credential> => {
    acme.minted += 1;
    return {
      accessToken: `own-${acme.minted}`,
      expiresAt: new Date(context.now().getTime() + 3_600_000),
      scopes: [...acme.granted],
      extra: { instanceUrl: "https://acme.my.made-up.example/" },
    };
  };
  return withConnector(
    await original<typeof connectorList>(),
    madeUp({
      manifest: {
        settings: { tenant: { label: "Tenant" } },
        hosts: ["login.made-up.example", "{extra.instanceUrl}"],
        rateLimit: { concurrency: 8 },
        streams: {},
      },
      baseUrl: (_, extra) => extra.instanceUrl ?? "https://login.made-up.example",
      authorization: {
        interactive: () => false,
        obtain: mint,
        tokenFor: async (context, credential, purpose) => {
          acme.made.push({ purpose, from: credential.accessToken });
          const { body } = await context.http.post<{ token: string }>("https://login.made-up.example/token", {
            json: purpose,
          });
          return { accessToken: body.token, expiresAt: new Date(context.now().getTime() + acme.lifetimeMs) };
        },
        sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
      },
      testConnection: async ({ http, credential, settings }) => {
        await http.get("/me");
        await http.as({ audience: "directory" }).get("/directory");
        const missingScopes = ["read", "write"].filter((scope) => !credential?.scopes?.includes(scope));
        return { externalAccountId: settings.tenant ?? "", accountName: "Acme", missingScopes };
      },
    }),
  );
});

const calls: { url: string; token: string }[] = [];
let tokens = 0;
let limited = 0;
let provider: Server;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await request.resume().toArray();
  const token = (request.headers.authorization ?? "").replace("Bearer ", "");
  calls.push({ url: `https:/${request.url}`, token });
  const status = acme.refused.has(token) ? 401 : limited-- > 0 ? 429 : 200;
  response.writeHead(status, {
    "content-type": "application/json",
    ...(status === 429 ? { "retry-after": "60" } : {}),
  });
  response.end(JSON.stringify(request.url?.endsWith("/token") ? { token: `made-${++tokens}` } : {}));
}

let app: TestApp;
let core: Core;
let connector: Connector;
let id: number;
let name = 0;
let laterMs = 0;

const connect = `mutation ($input: ConnectInstanceInput!) { connectInstance(input: $input) { instance { id } userErrors { code message } } }`;

beforeAll(async () => {
  provider = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await new Promise((listening) => provider.once("listening", listening));
  app = await startApp({ sandboxUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}` });
  core = { ...app.core, now: () => new Date(Date.now() + laterMs) };
  connector = (await loadConnector("made-up"))!;
});
afterAll(() => {
  provider.closeAllConnections();
  provider.close();
});

beforeEach(async () => {
  acme.made.length = 0;
  acme.minted = 0;
  acme.granted = ["read", "write"];
  acme.lifetimeMs = 3_600_000;
  acme.refused.clear();
  calls.length = 0;
  limited = 0;
  laterMs = 0;
  const tenant = `t${++name}`;
  const input = { connectorSlug: "made-up", name: tenant, settings: { tenant } };
  const { connectInstance } = await app.data(connect, { input });
  expect(connectInstance.userErrors).toEqual([]);
  id = Number(Buffer.from(connectInstance.instance.id, "base64url").toString().split(":")[1]);
  acme.made.length = 0;
});

const open = async (background = false) => openConnection(core, connector, await reload(core.db, id), { background });
const rows = () => rawSql(core.db)<{ credential: string }[]>`select * from purpose_tokens where instance_id = ${id}`;

describe("what is known only after sign-in", () => {
  test("the host and base URL that the sign-in named are called, and the first test makes no credential of its own", async () => {
    expect(calls.map(({ url, token }) => [url, token.replace(/\d+/, "")])).toEqual([
      ["https://acme.my.made-up.example/me", "own-"],
      ["https://login.made-up.example/token", ""],
      ["https://acme.my.made-up.example/directory", "made-"],
    ]);
    expect(acme.minted).toBe(1);
    const { http } = await open();
    await http.get("/later");
    expect(calls.at(-1)?.url).toBe("https://acme.my.made-up.example/later");
    await expect(http.get("https://globex.my.made-up.example/x")).rejects.toThrow("not one this connector calls");
  });

  test("before sign-in such a host is refused, and the others can be called", async () => {
    const target = { name: "made-up/0", settings: {}, components: [], viaSandbox: true };
    const { http } = unsignedContext(core, connector, target);
    await http.get("/any");
    await expect(http.get("https://acme.my.made-up.example/x")).rejects.toThrow("not one this connector calls");
  });

  test("a scope that was granted later is found by the next connection test, with one new credential that is kept", async () => {
    await rawSql(core.db)`update instances set missing_scopes = '{write}' where id = ${id}`;
    const ask = "mutation ($id: ID!) { testConnection(instanceId: $id) { missingScopes userErrors { message } } }";
    const { testConnection } = await app.data(ask, { id: idOf("Instance", id) });
    expect([testConnection.missingScopes, acme.minted]).toEqual([[], 2]);
    await (await open()).http.get("/x");
    expect(calls.at(-1)?.token).toBe("own-2");
  });
});

describe("tokens for other audiences and people", () => {
  test("each is made once, sealed, and used by every later context", async () => {
    const first = (await open()).http.as({ subject: "mira@acme.example" });
    await first.get("/drive");
    await first.get("/drive");
    await (await open()).http.as({ subject: "mira@acme.example" }).get("/drive");
    await (await open()).http.as({ subject: "jo@acme.example" }).get("/drive");
    expect(acme.made.map(({ purpose }) => purpose.subject)).toEqual(["mira@acme.example", "jo@acme.example"]);
    const used = calls.filter(({ url }) => url.endsWith("/drive")).map(({ token }) => token);
    expect(new Set(used.slice(0, 3)).size).toBe(1);
    expect(used[3]).not.toBe(used[0]);
    const kept = await rows();
    expect(kept).toHaveLength(2);
    expect(kept.some(({ credential }) => credential.includes(used[0]!))).toBe(false);
  });

  test("two workers that need one at the same time make one", async () => {
    const clients = await Promise.all([open(), open(true), open()]);
    await Promise.all(clients.flatMap(({ http }) => [1, 2].map(() => http.as({ audience: "files" }).get("/files"))));
    expect(acme.made).toHaveLength(1);
    expect(calls.filter(({ url }) => url.endsWith("/files"))).toHaveLength(6);
  });

  test("it is made anew ahead of its end", async () => {
    const { http } = await open();
    await http.as({ audience: "files" }).get("/files");
    laterMs = acme.lifetimeMs - 30_000;
    await http.as({ audience: "files" }).get("/files");
    expect(acme.made).toHaveLength(2);
    // The instance's own credential had come to its end as well, and was renewed before it was used.
    expect(acme.made[1]?.from).toBe("own-2");
  });

  test("refused, it is made anew once, however many calls were refused; refused again, the call fails", async () => {
    const { http } = await open();
    await http.as({ audience: "files" }).get("/files");
    acme.refused.add(calls.at(-1)!.token);
    await Promise.all([1, 2, 3].map(() => http.as({ audience: "files" }).get("/files")));
    expect(acme.made).toHaveLength(2);
    acme.refused.add(calls.at(-1)!.token).add(`made-${tokens + 1}`);
    await expect(http.as({ audience: "files" }).get("/files")).rejects.toThrow();
    expect(acme.made).toHaveLength(3);
    expect(await rows()).toHaveLength(1);
  });

  test("what the provider said of its limit holds for all clients of the instance", async () => {
    const { http } = await open();
    await http.as({ audience: "files" }).get("/files");
    limited = 1;
    await expect(http.get("/me")).rejects.toThrow("takes no more calls");
    const before = calls.length;
    await expect(http.as({ audience: "files" }).get("/files")).rejects.toThrow("takes no more calls");
    expect(calls).toHaveLength(before);
  });

  test("they end with a new credential and with the connection, also those on their way", async () => {
    await (await open()).http.as({ audience: "files" }).get("/files");
    const settings = { tenant: `t${name}` };
    await rawSql(core.db)`update instances set credential = null where id = ${id}`;
    const enable =
      "mutation ($id: ID!, $s: JSON) { enableInstance(instanceId: $id, settings: $s) { userErrors { message } } }";
    await rawSql(core.db)`update instances set status = 'DISABLED' where id = ${id}`;
    const { enableInstance } = await app.data(enable, { id: idOf("Instance", id), s: settings });
    expect([enableInstance.userErrors, await rows()]).toEqual([[], []]);

    const client = (await open()).http.as({ audience: "files" });
    await client.get("/files");
    expect(await rows()).toHaveLength(1);
    const late = (await open()).http.as({ audience: "late" });
    const disconnect = "mutation ($id: ID!) { disconnectInstance(instanceId: $id) { userErrors { message } } }";
    const real = connector.authorization.tokenFor!;
    connector.authorization.tokenFor = async (...parts) => {
      await app.data(disconnect, { id: idOf("Instance", id) });
      return real(...parts);
    };
    await late.get("/late").finally(() => {
      connector.authorization.tokenFor = real;
    });
    expect(await rows()).toEqual([]);
  });

  test("a client that signs nothing makes none", () => {
    const target = { name: "made-up/0", settings: {}, components: [], viaSandbox: true };
    const { http } = unsignedContext(core, connector, target);
    expect(() => http.as({ audience: "files" })).toThrow("http.as was called on a client that signs nothing");
  });
});
