import type { SandboxProcess } from "./sandbox.ts";
import { demoTenants } from "./tenants.ts";

/** From nowhere: an address of the documentation. */
const attacker = "203.0.113.66";
/** More than the template of failed sign-ins lets pass. */
const failures = 12;
const firstAfterMs = 3_000;
const everyMs = 90_000;

/** Periodically simulates password guessing against one account of Okta. Returns the function that ends it. */
export function attackNowAndThen(sandbox: SandboxProcess): () => void {
  const okta = demoTenants.find(({ connectorSlug }) => connectorSlug === "okta")!.tenant;
  const path = `/tenants/${okta.provider}/${okta.name}`;
  const attack = async () => {
    const offset = Math.floor(Math.random() * okta.users);
    const { ids } = (await sandbox.control("GET", `${path}/users?offset=${offset}&limit=1`)) as { ids: string[] };
    await sandbox.control("POST", `${path}/events`, {
      count: failures,
      type: "user.session.start",
      outcome: "failure",
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
