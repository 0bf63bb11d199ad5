import type { SandboxProcess } from "./sandbox.ts";
import { type DemoApp, tenantPath } from "./tenants.ts";

/** From nowhere: an address of the documentation. */
const attacker = "203.0.113.66";
/** More than the template of failed sign-ins lets pass. */
const failures = 12;
const firstAfterMs = 3_000;
const everyMs = 90_000;

/** The app where the attacker tries; undefined when none can be attacked. */
export function attackedApp(apps: readonly DemoApp[]): DemoApp | undefined {
  return apps.find(({ failedSignIn }) => failedSignIn);
}

/** Periodically simulates password guessing against one account. Returns the function that ends it. */
export function attackNowAndThen(sandbox: SandboxProcess, app: DemoApp): () => void {
  const path = tenantPath(app);
  const attack = async () => {
    const offset = Math.floor(Math.random() * app.users);
    const { ids } = (await sandbox.control("GET", `${path}/users?offset=${offset}&limit=1`)) as { ids: string[] };
    await sandbox.control("POST", `${path}/events`, {
      ...app.failedSignIn,
      count: failures,
      actor: ids[0],
      ip: attacker,
    });
  };
  let timer = setTimeout(function again() {
    timer = setTimeout(again, everyMs);
    attack().catch((error: Error) => console.error(`The demo's attacker failed: ${error.message}`));
  }, firstAfterMs);
  return () => clearTimeout(timer);
}
