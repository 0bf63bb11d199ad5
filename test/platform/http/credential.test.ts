import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ProviderAuthError, ProviderUnavailableError } from "#src/errors.ts";
import { hide, providerMessage, secretsIn } from "#src/platform/http/redact.ts";
import { failure, json, makeClient, startProvider } from "./provider.ts";

/** A provider that takes one token only, and an instance that can get it. */
async function rotating(outcome: () => Promise<boolean> | boolean = () => true) {
  let valid = "new";
  let held = "old";
  let refreshes = 0;
  const provider = await startProvider(({ headers }, response) =>
    json(response, {}, {}, headers.authorization === `Bearer ${valid}` ? 200 : 401),
  );
  const made = makeClient(provider.url, {
    rateLimit: { concurrency: 8 },
    sign: () => ({ headers: { authorization: `Bearer ${held}` } }),
    onUnauthorized: async () => {
      refreshes++;
      await new Promise((done) => setTimeout(done, 30));
      if (!(await outcome())) return false;
      held = "new";
      return true;
    },
  });
  return {
    ...made,
    provider,
    refreshes: () => refreshes,
    revoke: () => {
      valid = "none";
    },
  };
}

describe("a refused credential", () => {
  test("is renewed once for all calls refused together, and they are repeated", async () => {
    const { client, provider, refreshes } = await rotating();
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => client.post(`/${n}`, { json: {} })));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    expect(refreshes()).toBe(1);
    expect(provider.seen).toHaveLength(16);
  });

  test("is not renewed again for a call that was sent before the renewal and refused after it", async () => {
    let slow: (() => void) | undefined;
    let held = "old";
    let refreshes = 0;
    const provider = await startProvider(async ({ url, headers }, response) => {
      const good = headers.authorization === "Bearer new";
      if (url.endsWith("/slow") && !good)
        await new Promise<void>((done) => {
          slow = done;
        });
      json(response, {}, {}, good ? 200 : 401);
    });
    const { client } = makeClient(provider.url, {
      sign: () => ({ headers: { authorization: `Bearer ${held}` } }),
      onUnauthorized: async () => {
        refreshes++;
        held = "new";
        return true;
      },
    });
    const late = client.get("/slow");
    await client.get("/quick");
    slow!();
    expect((await late).status).toBe(200);
    expect(refreshes).toBe(1);
  });

  test("that cannot be renewed is a ProviderAuthError for all of them, after one try", async () => {
    const { client, provider, refreshes } = await rotating(() => false);
    const errors = await Promise.all(Array.from({ length: 5 }, () => failure(client.get("/x"))));
    expect(errors.every((error) => error instanceof ProviderAuthError)).toBe(true);
    expect([refreshes(), provider.seen.length]).toEqual([1, 5]);
  });

  test("that stays refused after the renewal is not renewed in a loop", async () => {
    const { client, provider, refreshes, revoke } = await rotating();
    revoke();
    await expect(client.get("/x")).rejects.toBeInstanceOf(ProviderAuthError);
    expect([refreshes(), provider.seen.length]).toEqual([1, 2]);
  });

  test("whose renewal fails for a passing reason is not called revoked", async () => {
    const { client } = await rotating(() =>
      Promise.reject(new ProviderUnavailableError("The token endpoint is away.")),
    );
    const errors = await Promise.all([failure(client.get("/x")), failure(client.get("/y"))]);
    expect(errors.map((error) => error.message)).toEqual([
      "The token endpoint is away.",
      "The token endpoint is away.",
    ]);
  });

  test("is also one that mapError names, whatever the status", async () => {
    let renewed = false;
    const provider = await startProvider((_, response) =>
      renewed ? json(response, {}) : json(response, { code: "INVALID_SESSION" }, {}, 403),
    );
    const { client } = makeClient(provider.url, {
      sign: () => null,
      mapError: ({ status }) => new ProviderAuthError("The session ended.", { status }),
      onUnauthorized: async () => {
        renewed = true;
        return true;
      },
    });
    expect((await client.get("/x")).status).toBe(200);
  });

  test("of the call itself is nobody else's: unsigned calls are neither signed nor renewed", async () => {
    const { client, provider, refreshes } = await rotating();
    await expect(client.post("/token", { sign: false, form: { grant_type: "refresh_token" } })).rejects.toBeInstanceOf(
      ProviderAuthError,
    );
    expect([refreshes(), provider.seen[0]?.headers.authorization]).toEqual([0, undefined]);
  });

  test("is signed anew for each try, over what is sent", async () => {
    const provider = await startProvider((_, response, nth) => json(response, {}, {}, nth < 3 ? 502 : 200));
    let tries = 0;
    const { client } = makeClient(provider.url, {
      sign: (now, { method, url, body }) => ({
        headers: { "x-signed": `${++tries} ${method} ${url.pathname} ${body} ${now.getTime() > 0}` },
      }),
    });
    await client.get("/x");
    expect(provider.seen.map((one) => one.headers["x-signed"])).toEqual([
      "1 GET /x null true",
      "2 GET /x null true",
      "3 GET /x null true",
    ]);
  });
});

describe("secrets", () => {
  test("in the query stay out of the URLs we hand back", async () => {
    const provider = await startProvider(({ url }, response) =>
      json(response, {}, { link: `<${url}&page=2>; rel="next"` }),
    );
    const { client } = makeClient(provider.url, { sign: () => ({ query: { api_key: "canary-key" } }) });
    const answer = await client.get("/x?a=1");
    expect([answer.url, answer.next]).toEqual([
      "https://api.example.com/x?a=1",
      "https://api.example.com/x?a=1&page=2",
    ]);
    expect(provider.seen[0]?.url).toBe("https://api.example.com/x?a=1&api_key=canary-key");
  });

  test("never reach logs, errors or metrics, even when the provider repeats them", async () => {
    const canary = "Canary-7f3a9";
    const metered: unknown[] = [];
    const shown: string[] = [];
    for (const way of ["400", "401", "403", "404", "500", "html", "cut", "garbled", "redirect", "next", "large"]) {
      const provider = await startProvider(({ url, headers, body }, response) => {
        if (way === "cut") return void response.destroy();
        if (way === "garbled") return void response.socket?.end(`${canary}-header\r\n\r\n`);
        if (way === "html") return void response.writeHead(200).end(`<p>${canary}-header</p>`);
        if (way === "redirect")
          return void response.writeHead(302, { location: `https://evil.com/${canary}-header` }).end();
        if (way === "next") return json(response, {}, { link: `<https://evil.com/${canary}-query>; rel=next` });
        if (way === "large") return void response.writeHead(200, { "content-length": 1e12 }).write(canary);
        const echo = `${headers.authorization} ${url} ${body}`.match(/Canary-[\w-]+/g)!.join(" and ");
        json(
          response,
          { message: `Bad token: ${echo}`, error: { message: echo } },
          { "www-authenticate": `Bearer realm="${canary}-header"` },
          Number(way),
        );
      });
      const { client, logged } = makeClient(provider.url, {
        sign: () => ({ headers: { authorization: `Bearer ${canary}-header` }, query: { api_key: `${canary}-query` } }),
        meter: (call) => metered.push(call),
      });
      const error = await failure(client.post("/x?code=visible-name", { form: { client_secret: `${canary}-form` } }));
      const asJson = await failure(client.post("/x", { json: { password: `${canary}-json` } }));
      shown.push(
        inspect([error, asJson, logged], { depth: 9, showHidden: false }) +
          JSON.stringify([logged, error.message, asJson.message]),
      );
    }
    const text = shown.join() + inspect(metered);
    for (const secret of ["header", "form", "query", "json"]) expect(text).not.toContain(`${canary}-${secret}`);
    expect(text).not.toContain("visible-name");
    expect(text).toContain("outbound call");
    expect(text).toContain("example answered 400: Bad token: [redacted] and [redacted] and [redacted]");
    expect(metered[0]).toEqual({
      name: "example/1",
      method: "POST",
      host: "api.example.com",
      status: 400,
      ms: expect.any(Number),
    });
  });

  test("in a message of mapError are taken out as well", async () => {
    const provider = await startProvider((_, response) => json(response, {}, {}, 401));
    const { client } = makeClient(provider.url, {
      sign: () => ({ headers: { authorization: `Basic ${Buffer.from("mira:hunter-two").toString("base64")}` } }),
      mapError: () => new ProviderAuthError("hunter-two is wrong"),
    });
    const error = await failure(client.get("/x"));
    expect(error.message).toBe("[redacted] is wrong");
    expect(error.stack).not.toContain("hunter-two");
  });

  test("a header value that cannot be sent is named by its header only", async () => {
    const provider = await startProvider((_, response) => json(response, {}));
    const { client } = makeClient(provider.url, {
      sign: () => ({ headers: { authorization: "Bearer canary\nnext" } }),
    });
    const error = await failure(client.get("/x"));
    expect(error.message).toBe("The call to example could not be sent: invalid authorization header.");
    expect(inspect(error, { depth: 9 })).not.toContain("canary");
  });

  test("provider messages come from known fields, short and on one line", () => {
    expect(providerMessage({ message: "Not\n\u0000 found " })).toBe("Not found");
    expect(providerMessage({ error: "invalid_grant", error_description: "Expired." })).toBe("Expired.");
    expect(providerMessage({ error: "invalid_grant" })).toBe("invalid_grant");
    expect(providerMessage({ errorSummary: "Not found: Resource" })).toBe("Not found: Resource");
    expect(providerMessage({ error: { message: "No." } })).toBe("No.");
    expect(providerMessage([{ message: "Session ended", errorCode: "X" }])).toBe("Session ended");
    expect(providerMessage({ message: "x".repeat(5000) })).toHaveLength(200);
    for (const body of [null, "text", 5, [], {}, { message: 5 }, { error: null }])
      expect(providerMessage(body)).toBe("");
  });

  test("whatever looks like a credential is taken out, request ids are not", () => {
    const message = (text: string) => providerMessage({ message: text });
    expect(message("Bearer abc.def-123 refused")).toBe("Bearer [redacted] refused");
    expect(message("jwt eyJhbGciOi.eyJzdWIi.c2ln end")).toBe("jwt [redacted] end");
    expect(message("token ghp_16C7e42F292c6912E7710c838347Ae178B4a bad")).toBe("token [redacted] bad");
    expect(message("Trace 0d0f6f2e-3f39-4d0c-9d3f-2c2f4b7d9c11")).toBe("Trace 0d0f6f2e-3f39-4d0c-9d3f-2c2f4b7d9c11");
  });

  test("short values are not hunted through ordinary words", () => {
    expect(secretsIn({ authorization: "Bearer a", token: "abc" }, null, undefined)).toEqual(["Bearer%20a", "Bearer a"]);
    expect(hide("nothing to hide", secretsIn({ limit: "nothing" }))).toBe("nothing to hide");
  });
});
