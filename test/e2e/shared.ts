import { afterAll, beforeAll } from "vitest";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { type Sandbox, startSandbox } from "../support/sandbox.ts";
import { doors } from "./support.ts";

/** One product, one sandbox and one browser for all tests of a file. They are there once the first test runs. */
export let sandbox: Sandbox;
export let gatehouse: Gatehouse;
export let browser: TestBrowser;
/** The API of the gateway, as its ADMIN. */
export let api: ReturnType<typeof doors>;

/** Call once at the top of a test file. */
export function shareGateway(): void {
  beforeAll(async () => {
    sandbox = await startSandbox();
    [gatehouse, browser] = await Promise.all([startGatehouse({ sandboxUrl: sandbox.url }), openBrowser()]);
    api = doors(gatehouse);
  }, 90_000);
  afterAll(async () => {
    await gatehouse?.stop();
    await sandbox?.stop();
  });
}
