import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { type KeyRing, UnknownKeyError } from "#src/platform/secrets.ts";

const sealPlace = (sequence: number) => `audit/${sequence}`;

/** Entries of one statement. */
const atOnce = 5_000;
/** Problems that are listed. */
const maxProblems = 20;

export interface ChainReport {
  entries: number;
  /** The hash at the end: kept elsewhere, it proves later that nothing before it was changed. Empty without entries. */
  head: string;
  /** Up to this entry of the chain a key from outside the database confirms it; 0: nothing is confirmed. */
  sealedThrough: number;
  /** In words, at most 20. */
  problems: string[];
}

/** Recomputes the chain over all entries, in one snapshot. Reads only. */
export async function verifyAuditChain(sql: Sql, secrets: KeyRing | null): Promise<ChainReport> {
  return (await sql.begin("isolation level repeatable read read only", async (transaction) => {
    const tx = transaction as unknown as Sql;
    const report: ChainReport = { entries: 0, head: "", sealedThrough: 0, problems: [] };
    const add = (problem: string) => void (report.problems.length < maxProblems && report.problems.push(problem));
    const seals = await readSeals(tx, secrets, add);
    for (let last = 0; ; ) {
      const rows = await tx<{ sequence: string; entryId: string; kept: string; computed: string | null }[]>`
        select c.sequence, c.entry_id as "entryId", c.hash as kept,
          case when a.id is not null
            then audit_entry_hash(coalesce((select p.hash from audit_chain p where p.sequence = c.sequence - 1), ''), a) end as computed
        from audit_chain c left join audit_log a on a.id = c.entry_id
        where c.sequence > ${last} order by c.sequence limit ${atOnce}`;
      for (const { sequence, entryId, kept, computed } of rows) {
        const place = Number(sequence);
        if (place !== last + 1) add(`Entries ${last + 1} to ${place - 1} of the chain are missing.`);
        if (computed === null) add(`Entry ${entryId} was deleted.`);
        else if (computed !== kept) add(`Entry ${entryId} was changed, or the chain at it.`);
        const sealed = seals.get(place);
        if (sealed !== undefined && sealed !== kept)
          add(`The chain was rewritten before entry ${entryId}: its seal differs.`);
        if (sealed === kept) report.sealedThrough = place;
        last = place;
        report.entries += 1;
        report.head = kept;
      }
      if (rows.length < atOnce) {
        for (const place of seals.keys())
          if (place > last) add(`The end of the log is missing: entry ${place} of the chain was sealed.`);
        break;
      }
    }
    const loose = await tx<{ id: string }[]>`
      select id from audit_log a where not exists (select from audit_chain c where c.entry_id = a.id) order by id limit ${maxProblems}`;
    for (const { id } of loose) add(`Entry ${id} was inserted past the chain.`);
    return report;
  })) as ChainReport;
}

/** Hashes that were sealed, by their place. Those of keys that are no longer there confirm nothing. */
async function readSeals(
  sql: Sql,
  secrets: KeyRing | null,
  add: (problem: string) => void,
): Promise<Map<number, string>> {
  const seals = new Map<number, string>();
  if (secrets === null) return seals;
  const rows = await sql<
    { sequence: string; sealed: string }[]
  >`select sequence, sealed from audit_seals order by sequence`;
  for (const { sequence, sealed } of rows) {
    try {
      seals.set(Number(sequence), secrets.open(sealed, sealPlace(Number(sequence))));
    } catch (error) {
      if (!(error instanceof UnknownKeyError)) add(`The seal at ${sequence} was altered.`);
    }
  }
  return seals;
}

/** Seals the end of the chain, if there is anything new, so that it cannot be rewritten without a key. Repeating it changes nothing. */
export async function sealAuditChain(db: Db, secrets: KeyRing): Promise<void> {
  const sql = rawSql(db);
  const [head] = await sql<{ sequence: string; hash: string }[]>`
    select sequence, hash from audit_chain order by sequence desc limit 1`;
  if (!head) return;
  const place = Number(head.sequence);
  await sql`
    insert into audit_seals (sequence, sealed) values (${place}, ${secrets.seal(head.hash, sealPlace(place))}) on conflict do nothing`;
}
