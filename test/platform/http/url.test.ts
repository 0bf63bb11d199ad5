import { describe, expect, test } from "vitest";
import { OutboundRefusedError } from "#src/platform/http/outbound.ts";
import {
  absolute,
  compileHosts,
  expandHosts,
  expandMatches,
  hostAllowed,
  sandboxed,
  unsandboxed,
  withoutValues,
} from "#src/platform/http/url.ts";
import { json, makeClient, startProvider } from "./provider.ts";

describe("hosts", () => {
  const rules = compileHosts(["api.example.com", "*.Okta.com"]);

  test.each(["api.example.com", "acme.okta.com", "eu.acme.okta.com"])("%s matches", (host) => {
    expect(hostAllowed(rules, host)).toBe(true);
  });

  test.each([
    "okta.com",
    "evilokta.com",
    ".okta.com",
    "acme.okta.com.evil.com",
    "x.api.example.com",
    "api.example.com.",
    "api.example.co",
    "",
  ])("%j does not match", (host) => {
    expect(hostAllowed(rules, host)).toBe(false);
  });

  test.each(["*", "*.com", "*.*.com", "a.*.com", "https://x.com", "x.com/y", "x.com:80", "", "a..b", "[::1]"])(
    "the pattern %j is refused",
    (pattern) => {
      expect(() => compileHosts([pattern])).toThrow(OutboundRefusedError);
    },
  );

  test("a pattern takes host names and URLs from settings", () => {
    expect(expandHosts(["{domain}", "*.{domain}", "api.x.com"], { domain: "https://Acme.Okta.com/path" })).toEqual([
      "acme.okta.com",
      "*.acme.okta.com",
      "api.x.com",
    ]);
    for (const domain of ["", "acme.okta.com@evil.com", "evil.com:8443", "a b"]) {
      expect(() => expandHosts(["{domain}"], { domain })).toThrow(OutboundRefusedError);
    }
  });

  test("a pattern takes what came with the sign-in, and allows nothing before that", () => {
    const patterns = ["login.{domain}", "{extra.instanceUrl}", "*.{extra.region}.{domain}"];
    const settings = { domain: "acme.com" };
    expect(expandHosts(patterns, settings)).toEqual(["login.acme.com"]);
    expect(expandHosts(patterns, settings, { instanceUrl: "https://na1.acme.com/services" })).toEqual([
      "login.acme.com",
      "na1.acme.com",
    ]);
    expect(expandHosts(patterns, settings, { instanceUrl: "na1.acme.com", region: "eu" })).toEqual([
      "login.acme.com",
      "na1.acme.com",
      "*.eu.acme.com",
    ]);
    expect(() => expandHosts(patterns, settings, { instanceUrl: "evil.com:8443" })).toThrow(
      'The sign-in\'s "instanceUrl" does not name a host.',
    );
    // A setting of that name is not what the sign-in said.
    expect(expandHosts(["{extra.instanceUrl}"], { instanceUrl: "evil.com", "extra.instanceUrl": "evil.com" })).toEqual(
      [],
    );
  });

  test("a rate limit of a host that only the sign-in names is none before that", () => {
    const rules = [
      { match: "{extra.api}/v1/logs", perMinute: 5 },
      { match: "login.acme.com", perMinute: 9 },
    ];
    expect(expandMatches(rules, {})).toEqual([{ match: "login.acme.com", perMinute: 9 }]);
    expect(expandMatches(rules, {}, { api: "api.acme.com" })[0]).toEqual({
      match: "api.acme.com/v1/logs",
      perMinute: 5,
    });
  });
});

describe("URLs", () => {
  test.each([
    "http://api.example.com/x",
    "https://evil.com/?x=api.example.com",
    "https://evil.com/api.example.com",
    "https://evil.com#api.example.com",
    "https://api.example.com@evil.com/",
    "https://user:pass@api.example.com/",
    "https://api.example.com:8443/",
    "https://api.example.com.evil.com/",
    "https://evil.com\\@api.example.com/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/",
    "ftp://api.example.com/",
    "file:///etc/passwd",
    "//evil.com/x",
    "\\\\evil.com/x",
    "/\\evil.com",
    "javascript:alert(1)",
    "https://",
  ])("%s is refused before anything is signed or sent", async (url) => {
    const provider = await startProvider((_, response) => json(response, {}));
    let signed = 0;
    const { client } = makeClient(provider.url, {
      sign: () => {
        signed++;
        return { headers: { authorization: "Bearer secret" } };
      },
    });
    await expect(client.get(url)).rejects.toBeInstanceOf(OutboundRefusedError);
    expect([signed, provider.connections()]).toEqual([0, 0]);
  });

  test.each(["https://127.0.0.1/", "https://2130706433/", "https://[::1]/", "https://[::ffff:a9fe:a9fe]/"])(
    "%s is refused even where the host list names it",
    async (url) => {
      const { client } = makeClient(null, { hosts: ["127.0.0.1"] });
      await expect(client.get(url)).rejects.toBeInstanceOf(OutboundRefusedError);
    },
  );

  test("relative paths keep the path of the base URL and cannot leave its host", () => {
    expect(absolute("https://a.com/v1/", "/users?x=1").href).toBe("https://a.com/v1/users?x=1");
    expect(absolute("https://a.com", "users").href).toBe("https://a.com/users");
    expect(absolute("https://a.com/v1", "?x=1").href).toBe("https://a.com/v1?x=1");
    expect(absolute("https://a.com", "@evil.com/").host).toBe("a.com");
    expect(absolute("https://a.com", ".evil.com/").host).toBe("a.com");
    expect(absolute("https://a.com", "/x?next=https://evil.com").host).toBe("a.com");
    expect(absolute("https://a.com", "https://b.com/x#y").href).toBe("https://b.com/x");
  });

  test("a query already in the URL is sent as it was written", async () => {
    const provider = await startProvider((_, response) => json(response, {}));
    const { client } = makeClient(provider.url, { sign: () => ({ query: { key: "abc" } }) });
    const url = "https://api.example.com/x?$filter=a%20eq%20'b'&t=%2B1";
    expect((await client.get(url, { query: { top: "1 2" } })).url).toContain("top=1");
    expect(provider.seen[0]?.url).toBe(`${url.replaceAll("'", "%27")}&top=1%202&key=abc`);
  });

  test("query values are added to those of the URL, undefined ones are left out", async () => {
    const provider = await startProvider((_, response) => json(response, {}));
    const { client } = makeClient(provider.url);
    const { url } = await client.get("/x?a=1", { query: { b: "ü&=", c: 2, d: undefined, e: false } });
    expect(url).toBe("https://api.example.com/x?a=1&b=%C3%BC%26%3D&c=2&e=false");
    expect(provider.seen[0]?.url).toBe(url);
  });
});

describe("the sandbox", () => {
  test("the host becomes the first path segment, and comes back", () => {
    const there = sandboxed("https://github.com/login/oauth/authorize?client_id=1", "http://127.0.0.1:4100/");
    expect(there.href).toBe("http://127.0.0.1:4100/github.com/login/oauth/authorize?client_id=1");
    expect(unsandboxed(there, "http://127.0.0.1:4100").href).toBe(
      "https://github.com/login/oauth/authorize?client_id=1",
    );
    expect(sandboxed("https://github.com/x", null).href).toBe("https://github.com/x");
    expect(unsandboxed(new URL("http://127.0.0.1:41001/x"), "http://127.0.0.1:4100").href).toBe(
      "http://127.0.0.1:41001/x",
    );
  });

  test("answers tell the provider's URLs, never the sandbox's", async () => {
    const provider = await startProvider(({ url }, response) => {
      if (url.endsWith("/old")) return void response.writeHead(302, { location: "https://api.example.com/new" }).end();
      json(response, {}, { link: `<${provider.url}/api.example.com/new?page=2>; rel="next"` });
    });
    const { client } = makeClient(provider.url);
    const answer = await client.get("/old");
    expect([answer.url, answer.next]).toEqual(["https://api.example.com/new", "https://api.example.com/new?page=2"]);
  });
});

test("logged URLs keep the names of parameters and lose their values", () => {
  expect(withoutValues(new URL("https://a.com/x?token=abc&a=1&a=2"))).toBe("https://a.com/x?token=…&a=…");
  expect(withoutValues(new URL("https://a.com/x"))).toBe("https://a.com/x");
});
