import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { TenantOptions } from "./provider.ts";
import { startSandbox } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4100" },
    host: { type: "string", default: "127.0.0.1" },
    tenants: { type: "string" },
    // Ends when standard input does: started by another program, it does not outlive it.
    attached: { type: "boolean", default: false },
  },
});

const sandbox = await startSandbox({ port: Number(values.port), host: values.host });

// Before anything slow: the process that starts us may stop us at once.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    void sandbox.close().then(() => process.exit(0));
  });
}

if (values.attached) {
  process.stdin.resume();
  process.stdin.once("end", () => {
    void sandbox.close().then(() => process.exit(0));
  });
}

if (values.tenants) {
  for (const options of JSON.parse(readFileSync(values.tenants, "utf8")) as TenantOptions[]) {
    const tenant = sandbox.world.createTenant(options);
    if (typeof tenant === "string") throw new Error(`Tenant ${options.provider}/${options.name}: ${tenant}`);
  }
}

process.stdout.write(`Sandbox is listening on ${sandbox.origin}\n`);
