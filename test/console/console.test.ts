import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { api, browser, gatehouse, sandbox, shareGateway } from "../e2e/shared.ts";
import { until } from "../e2e/support.ts";
import type { SandboxTenant } from "../support/sandbox.ts";
import { buildIfOlder, measure } from "./built.ts";

beforeAll(buildIfOlder);
shareGateway();

/** What the browser complained about, in all tests: errors, violations of the policy, requests to elsewhere, answers of 400 and more. */
const problems: string[] = [];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** An address that no other event of the tenant comes from. */
const attacker = "203.0.113.66";
const desk = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

let page: Page;
let okta: SandboxTenant;
let oktaId: string;

beforeAll(async () => {
  page = await browser.newPage();
  await page.setViewportSize(desk);
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("request", (request) => {
    const { origin } = new URL(request.url());
    // The consent is given at the provider.
    if (origin !== gatehouse.url && origin !== "null" && origin !== new URL(sandbox.url).origin)
      problems.push(`to ${request.url()}`);
  });
  page.on("response", (answer) => answer.status() >= 400 && problems.push(`${answer.status()} ${answer.url()}`));
  await page.addInitScript(() =>
    addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    ),
  );
  okta = await sandbox.createTenant({
    provider: "okta",
    name: "acme",
    users: 15,
    groups: 2,
    events: 40,
    unlimited: true,
  });
}, 60_000);

const open = (path: string) => page.goto(gatehouse.url + path);
const heading = (name: string) => page.getByRole("heading", { level: 1, name }).waitFor();
const button = (name: string) => page.getByRole("button", { name, exact: true });
const row = (text: string) => page.locator(".data-scroll .data-row", { hasText: text });

test("the console loads with at most 200 kB, and each page adds at most 60 kB", () => {
  const { first, pages } = measure();
  expect(pages.size).toBeGreaterThan(15);
  expect(first).toBeLessThanOrEqual(200_000);
  for (const [page, size] of pages) expect(size, page).toBeLessThanOrEqual(60_000);
});

test("signing in leads an admin of an empty Gatehouse to Connect, and other roles are offered nothing they may not do", async () => {
  await open("/");
  expect(new URL(page.url()).pathname).toBe("/signin");
  const viewer = await gatehouse.graphql<{ createApiToken: { secret: string } }>(
    'mutation { createApiToken(name: "viewer", role: VIEWER) { secret } }',
  );
  await page.fill("#token", viewer.createApiToken.secret);
  await page.click("button");
  await heading("Overview");
  expect(await page.getByText("An admin can connect cloud apps").count()).toBe(1);
  expect(await page.getByRole("link", { name: "Connect" }).count()).toBe(0);
  expect(await page.getByRole("link", { name: "Audit log" }).count()).toBe(0);
  await page.locator(".account").click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.fill("#token", gatehouse.token);
  await page.click("button");
  await heading("Connect an app");
  await page.getByText("npm run demo").waitFor();
});

test("an admin connects Okta with a key, is shown what is wrong at the field, and watches the first scan", async () => {
  const { domain, apiToken } = okta.credentials as Record<string, string>;
  await page.getByRole("link", { name: /^Okta/ }).click();
  await page.getByRole("heading", { name: "Before you begin" }).waitFor();
  await page.getByLabel("Name").fill("Acme Okta");
  await page.getByLabel("Okta domain").fill(domain!);
  await page.getByLabel("Sign-in mode").selectOption("token");
  await page.getByLabel("Okta domain").fill("not a domain");
  await page.getByLabel("API token").fill(apiToken!);
  await button("Connect").click();
  await page.locator('[aria-invalid="true"][name="domain"]').waitFor();
  await page.getByLabel("Okta domain").fill(domain!);
  await button("Connect").click();
  await page.getByText("The first scan is complete").waitFor({ timeout: 40_000 });
  await button("Test the connection").click();
  await page.getByText(/The credential works: .*, \d+ ms/).waitFor();
  await page.getByRole("link", { name: "Open the instance" }).click();
  await heading("Acme Okta");
  oktaId = new URL(page.url()).pathname.split("/").at(-1)!;
  expect((await api.instance(oktaId)).status).toBe("CONNECTED");
  await page.getByRole("button", { name: "Scan now: Users" }).click();
  await page.getByText("Users: the scan has been queued.").waitFor();
});

test("an admin connects GitHub by consent in another tab, and the page goes on by itself", async () => {
  const tenant = await sandbox.createTenant({
    provider: "github",
    name: "acme",
    users: 8,
    groups: 2,
    events: 20,
    unlimited: true,
  });
  const { org, clientId, clientSecret } = tenant.credentials as Record<string, string>;
  await open("/connect/github");
  await page.getByLabel("Organization").fill(org!);
  await page.getByLabel("OAuth app: client ID").fill(clientId!);
  await page.getByLabel("OAuth app: client secret").fill(clientSecret!);
  await button("Connect").click();
  const consent = page.getByRole("link", { name: "Consent at GitHub" });
  await consent.waitFor();
  const [tab] = await Promise.all([page.context().waitForEvent("page"), consent.click()]);
  await tab.click("#allow");
  await tab.waitForURL(/\/oauth\/callback/);
  await tab.close();
  await page.getByText("The first scan is complete").waitFor({ timeout: 40_000 });
});

test("an analyst filters activities, pauses the tail and misses none; the filter is a link", async () => {
  await open("/activity");
  await heading("Live activity");
  await page.locator(".data-scroll .data-row").first().waitFor();
  await page.locator(".sidebar .connection-live").waitFor();
  const scan = () => api.startScan(oktaId, ["ACTIVITIES"]);
  await page.getByRole("button", { name: "IP address" }).click();
  await page.getByLabel("IP address").fill(attacker);
  await page.keyboard.press("Enter");
  await page.getByText("No activities match").waitFor();
  expect(page.url()).toContain(`ip=${attacker}`);
  await okta.emit({ count: 2, type: "user.session.start", ip: attacker });
  await scan();
  await row(attacker).nth(1).waitFor({ timeout: 30_000 });
  await page.keyboard.press("p");
  await okta.emit({ count: 3, type: "user.session.start", ip: attacker });
  await scan();
  await page.getByText("3 activities have arrived").waitFor({ timeout: 30_000 });
  expect(await row(attacker).count()).toBe(2);
  await button("Show them").click();
  await expect.poll(() => row(attacker).count(), { timeout: 20_000 }).toBe(5);
  await page.reload();
  await expect.poll(() => row(attacker).count(), { timeout: 20_000 }).toBe(5);
  await row(attacker).first().click();
  await page.getByRole("heading", { name: "As the app sent it" }).waitFor();
  await page.keyboard.press("Escape");
  const [file] = await Promise.all([page.waitForEvent("download"), button("Export").click()]);
  expect(file.suggestedFilename()).toBe("activities.jsonl");
  const exported = readFileSync(await file.path(), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { ipAddress: string });
  expect(exported.map(({ ipAddress }) => ipAddress)).toEqual(Array(5).fill(attacker));
  await page.getByRole("link", { name: "Policy from this filter" }).click();
  expect(await page.getByLabel("Filter").inputValue()).toContain(attacker);
});

test("a policy from that filter is tried over the last month, and raises an alert that a person triages", async () => {
  await page.getByLabel("Name").fill("Seen from the attacker");
  await page.getByLabel("Automatic actions a day").fill("0");
  await page.getByText("Automatic actions", { exact: true }).click();
  await page.getByLabel("Suspend user", { exact: true }).check();
  await button("Try it").click();
  await page.getByText("Alerts a day").waitFor();
  await button("Create").click();
  await heading("Seen from the attacker");
  await open("/alerts");
  await okta.emit({ count: 1, type: "user.session.start", ip: attacker });
  await api.startScan(oktaId, ["ACTIVITIES"]);
  await row("Seen from the attacker").first().waitFor({ timeout: 30_000 });
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Evidence" }).waitFor();
  await button("Take on").click();
  await page.locator(".drawer").getByText("In progress").waitFor();
  await button("Benign").click();
  await page.getByLabel("Note").fill("A test of the console");
  await button("Close as benign").click();
  await page.locator(".drawer").getByText("A test of the console").waitFor();
  await page.keyboard.press("Escape");
  const { alerts } = await gatehouse.graphql<{ alerts: { nodes: unknown[] } }>(
    "{ alerts(first: 5, filter: { status: [BENIGN] }) { nodes { resolution assignee } } }",
  );
  expect(alerts.nodes).toEqual([{ resolution: "A test of the console", assignee: "e2e" }]);
});

test("an admin approves the action of the policy, and reverts it; another is requested after its effect was shown", async () => {
  await open("/actions?status=AWAITING_APPROVAL");
  await row("Suspend user").first().click();
  await page.getByText("Nothing happens in the app until an admin approves.").waitFor();
  const id = new URL(page.url()).searchParams.get("open")!;
  await button("Approve").click();
  await button("Revert").waitFor({ timeout: 30_000 });
  await page.getByText("The app was changed.").waitFor();
  await button("Revert").click();
  await page.locator(".drawer").getByText("Reverted").waitFor({ timeout: 30_000 });
  const status = async () =>
    (
      await gatehouse.graphql<{ node: { status: string; user: { displayName: string } } }>(
        "query ($id: ID!) { node(id: $id) { ... on GovernanceAction { status user { displayName } } } }",
        { id },
      )
    ).node;
  const { user } = await until(status, (action) => action.status === "REVERTED");
  await page.locator(".drawer").getByRole("link", { name: user.displayName, exact: true }).click();
  await button("Contain…").click();
  await page.getByLabel("Action").selectOption("REQUIRE_SIGN_IN_AGAIN");
  await button("Show what would change").click();
  await page.getByText("Cannot be reverted.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Require sign in again" }).click();
  await page.getByText("1 action requested").waitFor();
});

test("an exception with a reason, a Sigma rule and a token are made; what is refused shows at its field", async () => {
  await open("/posture");
  await page.locator(".data-scroll .data-row").first().click();
  await button("Decide…").click();
  await page.getByLabel("Decision").selectOption("RISK_ACCEPTED");
  await page.getByLabel("Reason").fill("Known");
  await button("Save").click();
  await page.locator(".drawer").getByText("Known").waitFor();
  await open("/policies");
  await button("Import Sigma rules").click();
  await page.getByLabel("Rules", { exact: true }).fill(sigma);
  await button("Import").click();
  await page.getByText("1 rule imported, 1 skipped.").waitFor();
  await open("/settings");
  await button("New token").click();
  await page.getByLabel("Name").fill("for a program");
  await button("Create").click();
  await page.getByText(/^ght_/).waitFor();
});

test("the actions of an app are listed with what they are carried out on", async () => {
  const { connector } = await gatehouse.graphql<{ connector: { actions: { kind: string }[] } }>(
    '{ connector(slug: "okta") { actions { kind target revertible scopes note } } }',
  );
  const of = (kind: string) => connector.actions.find((action) => action.kind === kind);
  expect(of("SUSPEND_USER")).toMatchObject({ target: "USER", revertible: true, scopes: ["okta.users.manage"] });
  expect(of("REVOKE_APP_FOR_USER")).toMatchObject({ target: "USER_OF_OAUTH_APP", revertible: false });
  expect(of("BAN_APP")).toMatchObject({ target: "OAUTH_APP" });
  expect(of("TRASH_FILE")).toBeUndefined();
});

interface Axe {
  run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
}

/** Serious and critical ones, with the first element of each. In the dark only colours differ. */
async function violationsOf(colorScheme: "light" | "dark"): Promise<string[]> {
  await page.evaluate(axe);
  const options = colorScheme === "dark" ? { runOnly: ["color-contrast"] } : { resultTypes: ["violations"] };
  const { violations } = await page.evaluate(
    (given) => (globalThis as unknown as { axe: Axe }).axe.run(given),
    options,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 200)}`);
}

const pages = [
  "/",
  "/alerts",
  "/activity",
  "/policies",
  "/policies?view=templates",
  "/policies/new",
  "/actions",
  "/destinations",
  "/people",
  "/files",
  "/oauth-apps",
  "/posture",
  "/instances",
  "/connect",
  "/connect/okta",
  "/audit",
  "/settings",
];

/** Between them they have every part that the pages are made of. */
const darkPages = new Set(["/", "/alerts", "/policies", "/files", "/posture", "/connect", "/connect/okta"]);

test("every page is accessible in light and dark, fits a phone, and opens by its address", async () => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const found: string[] = [];
  for (const path of [...pages, `/instances/${oktaId}`]) {
    await open(path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.locator(".loading").first().waitFor({ state: "detached" });
    for (const colorScheme of darkPages.has(path) ? (["light", "dark"] as const) : (["light"] as const)) {
      await page.emulateMedia({ colorScheme });
      const violations = await violationsOf(colorScheme);
      found.push(...violations.map((violation) => `${path} ${colorScheme}: ${violation}`));
    }
    await page.setViewportSize(phone);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) found.push(`${path} is ${overflow} px too wide for a phone`);
    await page.setViewportSize(desk);
  }
  expect(found).toEqual([]);
}, 120_000);

test("the keyboard leads everywhere, and a page opens as a query", async () => {
  await open("/");
  await heading("Overview");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("u");
  await heading("People");
  await button("Query").click();
  await page.getByRole("menuitem", { name: "Open as a query" }).click();
  await page.waitForSelector(".graphiql-tab");
  await expect
    .poll(() => page.locator(".graphiql-query-editor .CodeMirror").innerText(), { timeout: 20_000 })
    .toContain("query People");
  expect(new URL(page.url()).hash).toBe("");
});

test("in all of it nothing failed, broke the policy, or went elsewhere", () => {
  expect(problems).toEqual([]);
});

test("after a restart of the gateway the tail goes on behind its cursor: nothing is missing, nothing comes twice", async () => {
  await open(`/activity?ip=${attacker}`);
  const before = 6;
  await expect.poll(() => row(attacker).count(), { timeout: 20_000 }).toBe(before);
  await page.locator(".sidebar .connection-live").waitFor();
  await gatehouse.restart();
  await okta.emit({ count: 4, type: "user.session.start", ip: attacker });
  await api.startScan(oktaId, ["ACTIVITIES"]);
  await expect.poll(() => row(attacker).count(), { timeout: 30_000 }).toBe(before + 4);
  await page.locator(".sidebar .connection-live").waitFor();
});

const sigma = `title: An API token was made
id: 5f0cbb6e-0b5e-4b6c-9b43-2a6b3f2f3c11
logsource:
  product: okta
  service: okta
detection:
  selection:
    eventtype: system.api_token.create
  condition: selection
level: medium
---
title: A process was started
id: 6b1f9a04-7a37-4f0e-8f3c-0b1b9f6f1d22
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    Image: whoami.exe
  condition: selection
level: low
`;
