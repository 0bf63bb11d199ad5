// `node scripts/screenshots.ts <address> <token>`: the pictures of docs/images, taken of a demo that has run for some minutes.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import chromiumPackage from "@sparticuz/chromium";
import { type BrowserContext, chromium } from "playwright-core";

const [address, token] = process.argv.slice(2);
if (!address || !token) throw new Error("usage: node scripts/screenshots.ts <address> <token>");
const images = join(import.meta.dirname, "../docs/images");

/** The newest object of a kind, for pages with something open. */
async function newest(field: string): Promise<string> {
  const answer = await fetch(`${address}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: `{ ${field} { nodes { id } } }` }),
  });
  const { data } = (await answer.json()) as { data: Record<string, { nodes: { id: string }[] }> };
  return Object.values(data)[0]!.nodes[0]?.id ?? "";
}

const pages: Record<string, string> = {
  overview: "/",
  alerts: `/alerts?open=${await newest("alerts(first: 1, filter: { severity: [MEDIUM] })")}`,
  activity: "/activity",
  people: `/people?kind=ADMIN&open=${await newest("users(first: 1, filter: { isAdmin: true })")}`,
  files: "/files",
  "oauth-apps": "/oauth-apps",
  posture: "/posture",
  policies: "/policies",
  actions: "/actions",
  connect: "/connect",
  instance: `/instances/${await newest("instances(first: 1)")}`,
  audit: "/audit",
};

const browser = await chromium.launch({
  executablePath: await chromiumPackage.executablePath(),
  args: ["--no-sandbox", "--disable-gpu"],
});
for (const colorScheme of ["light", "dark"] as const) {
  const options = { colorScheme, locale: "en-GB", timezoneId: "Europe/Berlin" };
  const desk = await browser.newContext({ ...options, viewport: { width: 1440, height: 900 } });
  await signIn(desk);
  for (const [name, path] of Object.entries(pages)) await picture(desk, path, `console-${name}-${colorScheme}`);
  const phone = await browser.newContext({ ...options, viewport: { width: 390, height: 844 } });
  await signIn(phone);
  await picture(phone, "/", `console-phone-${colorScheme}`);
}
await browser.close();

async function signIn(context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${address}/signin`);
  await page.fill("#token", token as string);
  await page.click("button");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.close();
}

async function picture(context: BrowserContext, path: string, name: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(address + path);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForTimeout(2_500);
  const session = await context.newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 82 });
  writeFileSync(join(images, `${name}.webp`), Buffer.from(data, "base64"));
  console.log(name, Math.round((data.length * 3) / 4 / 1000), "kB");
  await page.close();
}
