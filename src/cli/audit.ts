import { openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { sealAuditChain, verifyAuditChain } from "#src/access/audit-chain.ts";
import type { Config } from "#src/config.ts";
import { createKeyRing } from "#src/platform/secrets.ts";
import { findDatabase } from "./database.ts";
import { loadSecretKeys } from "./secret-keys.ts";

/** `gatehouse audit verify`: whether the audit log is as it was written; then its end is sealed. Exit code 1 when it is not. */
export async function verifyAudit(config: Config): Promise<void> {
  const secrets = createKeyRing(loadSecretKeys(config));
  const found = await findDatabase(config, (line) => console.error(line));
  try {
    await migrate(found.url);
    const { sql, db, close } = openDatabase(found.url, { max: 1, applicationName: "gatehouse audit" });
    try {
      const { entries, head, sealedThrough, problems } = await verifyAuditChain(sql, secrets);
      for (const problem of problems) console.log(problem);
      if (problems.length > 0) process.exitCode = 1;
      else {
        await sealAuditChain(db, secrets);
        console.log(
          `${entries} entries, unchanged; ${sealedThrough} of them were confirmed by a seal, and now all are.`,
        );
      }
      if (head !== "") console.log(`The chain ends with ${head}`);
    } finally {
      await close();
    }
  } finally {
    await found.stop();
  }
}
