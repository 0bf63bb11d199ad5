import { type Db, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { recordAudit } from "#src/access/audit.ts";
import { createSignInLink } from "#src/access/sessions.ts";
import { type Role, systemViewer } from "#src/access/viewer.ts";
import { type Config, ConfigError } from "#src/config.ts";
import { listeningUrl } from "#src/platform/text.ts";
import { findDatabase } from "./database.ts";

/** `gatehouse signin`: prints a one-time link for the browser, alone on standard output. Its origin is PUBLIC_URL, else HOST and PORT. */
export async function printSignInLink(config: Config, { name, role }: { name: string; role: Role }): Promise<void> {
  if (config.publicUrl === null && config.port === 0)
    throw new ConfigError([
      { variable: "PORT", message: "is 0, so where Gatehouse listens is not known here. Set it, or PUBLIC_URL." },
    ]);
  const found = await findDatabase(config, (line) => console.error(line));
  try {
    await migrate(found.url);
    const database = openDatabase(found.url, { max: 1 });
    try {
      const path = await database.db.transaction(async (transaction) => {
        const tx = transaction as unknown as Db;
        const cli = { ...systemViewer, id: "cli", name: "cli" };
        await recordAudit(tx, cli, { action: "signInLink.create", after: { name, role }, result: "ok" });
        return createSignInLink(tx, { name, role });
      });
      console.log(`${config.publicUrl ?? listeningUrl(config)}${path}`);
      console.error("Open it in a browser within ten minutes, while Gatehouse runs. It works once.");
    } finally {
      await database.close();
    }
  } finally {
    await found.stop();
  }
}
