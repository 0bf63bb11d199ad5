import { eq } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import { changeDomains } from "./domains.ts";

/** Keeps what a connection test found missing; which streams that switches off is for the caller. */
export async function noteTest(tx: Db, instanceId: number, test: ConnectionTest): Promise<void> {
  await tx
    .update(tables.instances)
    .set({ missingScopes: test.missingScopes, unavailable: test.unavailable ?? {}, accountName: test.accountName })
    .where(eq(tables.instances.id, instanceId));
  if (test.domains) await changeDomains(rawSql(tx), instanceId, { tenant: test.domains });
}
