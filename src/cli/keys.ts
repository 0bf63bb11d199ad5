import { openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { recordAudit } from "#src/access/audit.ts";
import { sealAuditChain } from "#src/access/audit-chain.ts";
import { systemViewer } from "#src/access/viewer.ts";
import type { Config } from "#src/config.ts";
import { resealSecrets } from "#src/instances/reseal.ts";
import { checkSealingKeys } from "#src/instances/secrets.ts";
import { createKeyRing } from "#src/platform/secrets.ts";
import { findDatabase } from "./database.ts";
import { loadSecretKeys } from "./secret-keys.ts";

/** `gatehouse keys reseal`: everything sealed with the first key, so that the others may be removed. Exit code 1 when something does not open. */
export async function resealKeys(config: Config): Promise<void> {
  const secrets = createKeyRing(loadSecretKeys(config));
  const found = await findDatabase(config, (line) => console.error(line));
  try {
    await migrate(found.url);
    const { db, close } = openDatabase(found.url, { max: 1, applicationName: "gatehouse keys" });
    try {
      await checkSealingKeys(db, secrets);
      const { resealed, broken } = await resealSecrets({ db, secrets });
      await recordAudit(
        db,
        { ...systemViewer, id: "cli", name: "cli" },
        {
          action: "keys.reseal",
          after: { keyId: secrets.primaryKeyId, resealed },
          result: "ok",
        },
      );
      // With the new key, since what the old one has sealed cannot be opened without it.
      await sealAuditChain(db, secrets);
      console.log(`${resealed} secrets sealed with the key ${secrets.primaryKeyId}.`);
      for (const place of broken) console.log(`${place} does not open: it was altered or moved.`);
      if (broken.length > 0) process.exitCode = 1;
      else if (secrets.keyIds.length > 1)
        console.log(
          "No secret needs another key: remove the others from GATEHOUSE_SECRET_KEYS, and keep them with the backups made before.",
        );
    } finally {
      await close();
    }
  } finally {
    await found.stop();
  }
}
