import { type Db, openDatabase } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import { createApiToken } from "#src/access/tokens.ts";
import { type Role, systemViewer } from "#src/access/viewer.ts";
import { prepareDatabase } from "#src/app.ts";
import type { Config } from "#src/config.ts";
import { findDatabase } from "./database.ts";

export interface TokenOptions {
  name: string;
  role: Role;
  instanceIds: number[] | null;
  expiresAt: Date | null;
}

/** Makes a token and audits it; returns its secret. */
export async function issueToken(db: Db, options: TokenOptions): Promise<string> {
  return db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const { token, secret } = await createApiToken(tx, systemViewer, options);
    await recordAudit(
      tx,
      { ...systemViewer, id: "cli", name: "cli" },
      { action: "apiToken.create", target: `apiToken/${token.id}`, after: options, result: "ok" },
    );
    return secret;
  });
}

/** `gatehouse token create`: prints the secret alone on standard output, so that it can be captured. */
export async function createToken(config: Config, options: TokenOptions): Promise<void> {
  const found = await findDatabase(config, (line) => console.error(line));
  try {
    await prepareDatabase(found.url);
    const database = openDatabase(found.url, { max: 1 });
    try {
      console.log(await issueToken(database.db, options));
      console.error("Keep it safe: it is not shown again. Use it as `Authorization: Bearer <token>`.");
    } finally {
      await database.close();
    }
  } finally {
    await found.stop();
  }
}
