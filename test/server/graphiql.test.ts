import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, getOperationAST, parse, validate } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSignInLink } from "#src/access/sessions.ts";
import { startApp } from "../support/app.ts";
import { openBrowser } from "../support/browser.ts";
import { startTestServer, type TestServer } from "./fixture.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const schemaFile = join(import.meta.dirname, "../../schema.graphql");

test.skipIf(!existsSync(schemaFile))("every example is valid against schema.graphql", async () => {
  const { tabs } = await import("../../web/graphiql-tabs.js" as string);
  const schema = buildSchema(readFileSync(schemaFile, "utf8"));
  for (const { query, variables } of tabs as { query: string; variables?: string }[]) {
    const document = parse(query);
    expect(validate(schema, document)).toEqual([]);
    for (const definition of document.definitions)
      expect(
        definition.kind === "OperationDefinition" && getOperationAST(document, definition.name?.value),
      ).toBeTruthy();
    if (variables) JSON.parse(variables);
  }
});

test("GraphiQL opens signed in from our files alone, with its examples, documentation, queries and subscriptions", async () => {
  const browser = await openBrowser();
  const page = await browser.newPage();
  const elsewhere: string[] = [];
  const problems: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== server.url && !["data:", "blob:"].includes(url.protocol)) elsewhere.push(request.url());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on(
    "response",
    (response) => response.status() >= 400 && problems.push(`${response.status()} ${response.url()}`),
  );

  const link = await createSignInLink(server.database.db, { name: "Ada", role: "ADMIN", next: "/graphiql" });
  await page.goto(server.url + link);
  expect(new URL(page.url()).pathname).toBe("/graphiql");
  await page.waitForSelector(".graphiql-tab");
  expect(await page.locator(".graphiql-tab-button").allTextContents()).toEqual([
    "Welcome",
    "ConnectAnApp",
    "SignInFailuresByCountry",
    "LiveActivities",
    "InstancesAndHealth",
    "AdminsAcrossApps",
    "OpenAlerts",
    "Posture",
    "PeopleWhoLeft",
    "AppPermissions",
    "Actions",
  ]);

  const run = async (query: string) => {
    await page.click(".graphiql-tab-add");
    await page.click(".graphiql-query-editor .CodeMirror");
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(query);
    // GraphiQL reads the document a moment after the last key: as what kind of operation to run it.
    await page.waitForTimeout(400);
    await page.keyboard.press("Control+Enter");
  };
  const result = page.locator(".graphiql-response .CodeMirror");
  await run("{ viewer { name transport } }");
  await expect.poll(() => result.textContent()).toContain("Ada");
  await run("subscription { count(to: 3) }");
  await expect.poll(() => result.textContent()).toContain('"count": 3');

  await page.click('button[aria-label="Show Documentation Explorer"]');
  await expect.poll(() => page.locator(".graphiql-doc-explorer").textContent()).toContain("Query");

  expect(elsewhere).toEqual([]);
  expect(problems).toEqual([]);
  await browser.close();
});

test("GraphiQL without a session leads to the sign-in page, and its files are kept for good", async () => {
  const { headers, status } = await fetch(`${server.url}/graphiql`, { redirect: "manual" });
  expect([status, headers.get("location")]).toEqual([303, "/signin?next=/graphiql"]);
  const html = await (await fetch(`${server.url}/graphiql`, { headers: { cookie: await server.cookie() } })).text();
  const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
  expect(assets).toHaveLength(11);
  for (const path of assets) {
    const asset = await fetch(server.url + path);
    expect([path, asset.status]).toEqual([path, 200]);
    expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(asset.headers.get("content-encoding")).toBe("gzip");
    expect((await asset.text()).length).toBeGreaterThan(100);
  }
});

test("secrets of a connection stay out of the browser's storage, and signing out empties it", async () => {
  const app = await startApp();
  const browser = await openBrowser();
  const page = await browser.newPage();
  const link = await createSignInLink(app.core.db, { name: "Ada", role: "ADMIN", next: "/graphiql" });
  // What an earlier version left there.
  await page.goto(`${app.url}/healthz`);
  await page.evaluate(() =>
    localStorage.setItem(
      "graphiql:tabState",
      JSON.stringify({ tabs: [{ variables: '{"settings":{"token":"s3cret-old"}}' }], activeTabIndex: 0 }),
    ),
  );
  await page.goto(app.url + link);
  await page.waitForSelector(".graphiql-tab");
  const stored = () => page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(await stored()).not.toContain("s3cret");

  const type = async (selector: string, text: string) => {
    await page.click(selector);
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(text);
  };
  await page.click(".graphiql-tab-add");
  await type(
    ".graphiql-query-editor .CodeMirror",
    `mutation Connect($settings: JSON!) {
      connectInstance(input: { connectorSlug: "github", name: "Acme", settings: $settings }) {
        authorizationUrl instance { id status } userErrors { message } } }`,
  );
  await type(
    ".graphiql-editor-tool .graphiql-editor .CodeMirror",
    JSON.stringify({
      settings: { mode: "oauth", org: "acme", clientId: "Ov23liExample0123", clientSecret: "s3cret-of-github" },
    }),
  );
  // An object is what JSON may be: nothing is underlined.
  await page.waitForTimeout(1_500);
  expect(await page.locator(".CodeMirror-lint-mark-error").count()).toBe(0);
  await page.focus(".graphiql-query-editor textarea");
  await page.keyboard.press("Control+Enter");
  const link2 = page.locator(".graphiql-response a.gatehouse-link");
  await expect.poll(() => link2.count(), { timeout: 20_000 }).toBe(1);
  expect(await link2.getAttribute("href")).toMatch(/^https:\/\/github\.com\/login\/oauth\/authorize\?/);
  expect([await link2.getAttribute("target"), await link2.getAttribute("rel")]).toEqual([
    "_blank",
    "noopener noreferrer",
  ]);

  // Written into the document, and half typed: just as little.
  await page.click(".graphiql-tab-add");
  await type(
    ".graphiql-query-editor .CodeMirror",
    `mutation { connectInstance(input: { connectorSlug: "okta", name: "A", settings: { token: "s3cret-inline" } }) { userErrors { message } } }`,
  );
  await type(".graphiql-editor-tool .graphiql-editor .CodeMirror", `{ "settings": { "privateKey": "s3cret-half`);
  await page.waitForTimeout(1_500);
  const kept = await stored();
  expect(kept).toContain("Connect(");
  expect(kept).toContain("connectInstance");
  expect(kept).not.toContain("s3cret");

  await page.goto(app.url);
  await page.click(".account");
  await page.click("text=Sign out");
  await page.waitForURL(/signin/);
  expect(await stored()).toBe("{}");
  await browser.close();
}, 120_000);
