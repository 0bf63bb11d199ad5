import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll } from "vitest";

export interface TestBrowser {
  context: BrowserContext;
  /** A new tab. */
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

const open = new Set<TestBrowser>();
afterAll(() => Promise.all([...open].map((browser) => browser.close())));

/** A headless Chromium with an empty profile. The browser comes with the npm package: nothing has to be installed. */
export async function openBrowser(viewport = { width: 1280, height: 800 }): Promise<TestBrowser> {
  const { executablePath, env } = await unpackChromium();
  const profile = mkdtempSync(join(tmpdir(), "gatehouse-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    ...{ executablePath, args: flags, env, viewport },
    // A machine without one leaves the browser with a language that Intl refuses.
    locale: "en-GB",
  });
  const browser: TestBrowser = {
    context,
    newPage: () => context.newPage(),
    async close() {
      open.delete(browser);
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
  open.add(browser);
  return browser;
}

/** Unpacks once per test run. `CHROMIUM_PATH` names another browser, for machines the package has none for. */
async function unpackChromium(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  if (env.CHROMIUM_PATH) return { executablePath: env.CHROMIUM_PATH, env };
  const folder = join(process.env.GATEHOUSE_TEST_ROOT ?? tmpdir(), "gatehouse-chromium");
  if (!existsSync(folder)) await unpackInto(folder);
  const executablePath = join(folder, "chromium");
  env.FONTCONFIG_PATH = folder;
  // A slim system lacks the browser's libraries; the package brings a set of them.
  if (spawnSync(executablePath, ["--version"]).status === 127) env.LD_LIBRARY_PATH = join(folder, "al2023/lib");
  return { executablePath, env };
}

/** Two test files may unpack at once: each does it aside, and the first to rename has won. */
async function unpackInto(folder: string): Promise<void> {
  const aside = `${folder}.${process.pid}`;
  mkdirSync(aside);
  const script = `
    import chromium, { inflate } from "@sparticuz/chromium";
    import { join } from "node:path";
    await chromium.executablePath();
    await inflate(join(process.argv[1], "al2023.tar.br"));
  `;
  const bin = join(import.meta.dirname, "../../node_modules/@sparticuz/chromium/bin");
  // The package unpacks into the temporary folder of its process, hence a process of its own.
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script, bin], {
    cwd: import.meta.dirname,
    env: { ...process.env, TMPDIR: aside },
  });
  writeFileSync(join(aside, "fonts.conf"), fontConfiguration(join(folder, "fonts/fonts"), join(folder, "font-cache")));
  try {
    renameSync(aside, folder);
  } catch {
    rmSync(aside, { recursive: true, force: true });
  }
}

function fontConfiguration(fonts: string, cache: string): string {
  const folders = [fonts, "/usr/share/fonts"].map((folder) => `<dir>${folder}</dir>`).join("");
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders}<cachedir>${cache}</cachedir></fontconfig>`;
}
