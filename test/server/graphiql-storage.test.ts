import { expect, test } from "vitest";

const { documentWithoutSecrets, keptValue, variablesWithoutSecrets } = (await import(
  "../../web/graphiql-storage.js" as string
)) as Record<"documentWithoutSecrets" | "keptValue" | "variablesWithoutSecrets", (...texts: string[]) => string>;

test("variables keep what is no secret, as it was written", () => {
  const text = `{\n    "filter": { "countries": ["DE"], "isAdmin": true },\n "first": 5 }`;
  expect(variablesWithoutSecrets(text, "query ($filter: ActivityFilter) { viewer { name } }")).toBe(text);
  expect(variablesWithoutSecrets("", "")).toBe("");
  expect(variablesWithoutSecrets(`{ "filter": `, "query { viewer { name } }")).toBe(`{ "filter": `);
});

test("settings lose every value, whatever holds them; other variables those that are named or look like a secret", () => {
  const read = (variables: object, query = "") =>
    JSON.parse(variablesWithoutSecrets(JSON.stringify(variables), query) as string);
  expect(read({ input: { name: "Acme", settings: { domain: "acme.okta.com", list: ["x"], on: true } } })).toEqual({
    input: { name: "Acme", settings: { domain: "", list: [""], on: true } },
  });
  expect(read({ s: { anything: "x" } }, "mutation ($s: JSON!) { enableInstance(settings: $s) { ok } }")).toEqual({
    s: { anything: "" },
  });
  expect(read({ name: "x", signingSecret: "y", apiKey: "z", nested: [{ password: "p" }] })).toEqual({
    ...{ name: "x", signingSecret: "", apiKey: "", nested: [{ password: "" }] },
  });
  expect(read({ text: "-----BEGIN PRIVATE KEY-----\nabc", other: "ght_abc", jwk: '{"kty":"RSA","d":"abc"}' })).toEqual({
    ...{ text: "", other: "", jwk: "" },
  });
  expect(variablesWithoutSecrets(`{ "settings": { "org": "acme`)).toBe("");
  expect(variablesWithoutSecrets(`{ "anything`, "mutation { connectInstance(input: $i) { ok } }")).toBe("");
});

test("documents lose the texts of settings, and those that are named or look like a secret", () => {
  const plain = `query { connector(slug: "okta") { settings { name secret } } }`;
  expect(documentWithoutSecrets(plain)).toBe(plain);
  expect(documentWithoutSecrets(`mutation { a(settings: { token: "s", key: """k""" }) { ok } }`)).toBe(
    `mutation { a(settings: { token: "", key: "" }) { ok } }`,
  );
  expect(documentWithoutSecrets(`mutation { a(name: "n", clientSecret: "s\\"x", b: "ght_1") { ok } }`)).toBe(
    `mutation { a(name: "n", clientSecret: "", b: "") { ok } }`,
  );
});

test("of what GraphiQL stores only tabs, history and favourites are gone through; what cannot be read is not kept", () => {
  const operation = { query: "q(settings: $s)", variables: '{"s":{"k":"v"}}', headers: '{"authorization":"x"}' };
  for (const [key, list] of [
    ["tabState", "tabs"],
    ["queries", "queries"],
    ["favorites", "favorites"],
  ]) {
    const kept = JSON.parse(keptValue(`graphiql:${key}`, JSON.stringify({ [list as string]: [operation] })) as string);
    expect(kept[list as string][0]).toMatchObject({ headers: null, variables: expect.not.stringContaining("v") });
    expect(keptValue(`graphiql:${key}`, "{ not json")).toBe(null);
  }
  expect(keptValue("graphiql:theme", "dark")).toBe("dark");
  expect(keptValue("graphiql:headers", "{}")).toBe(null);
});
