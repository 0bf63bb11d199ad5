import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { eq, sql } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { Policy } from "#db/tables/policies.ts";
import { recordAudit } from "#src/access/audit.ts";
import type { Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { type Placeholders, parseSigma, type SigmaRule, type SkippedRule } from "#src/detection/sigma/index.ts";
import { InvalidInputError, InvalidInputsError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import { requirePolicyWriter } from "./change.ts";
import { type SigmaColumns, type SigmaFacts, sigmaColumns, wordsOf } from "./sigma.ts";

/** Values that an installation gives to the placeholders of rules. */
export interface PlaceholderInput {
  name: string;
  values: readonly string[];
}

export interface SigmaImport {
  /** Ids of policies, in the order of the file. */
  policies: number[];
  skipped: SkippedRule[];
}

const action = "policy.import_sigma";

/**
 * Makes a policy of each rule of a file, or brings the one that an earlier import made of the same rule up to date: what an admin set
 * stays. All of it in one transaction. Throws InvalidInputsError when the file is broken anywhere.
 */
export function importSigmaRules(
  core: Pick<Core, "db" | "now">,
  viewer: Viewer,
  yaml: string,
  given: readonly PlaceholderInput[],
): Promise<SigmaImport> {
  return audited(core, viewer, { action }, async () => {
    requirePolicyWriter(viewer);
    const placeholders = readPlaceholders(given);
    const { rules, skipped } = parseSigma(yaml, placeholders, ["yaml"]);
    const slugs = rules.map(slugOf);
    refuseDoubles(rules, slugs);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      // Two imports of one rule at once would both find that it is new.
      await tx.execute(sql`select pg_advisory_xact_lock(hashtext('import_sigma'))`);
      const known = await knownPolicies(tx, slugs);
      const policies: number[] = [];
      let [made, changed] = [0, 0];
      for (const [index, rule] of rules.entries()) {
        const columns = sigmaColumns(rule, usedBy(rule, placeholders));
        const slug = slugs[index]!;
        const policy = known.get(slug);
        if (!policy) {
          policies.push(await insert(tx, viewer, slug, columns, core.now()));
          made++;
        } else {
          policies.push(policy.id);
          if (await update(tx, policy, columns, core.now())) changed++;
        }
      }
      const after = { made, changed, unchanged: rules.length - made - changed, skipped: skipped.length, policies };
      await recordAudit(tx, viewer, { action, after, result: "ok" });
      return { policies, skipped };
    });
  });
}

/** A rule is the same as one that was imported before when its id is; without an id, when its title and apps are. */
function slugOf(rule: SigmaRule): string {
  if (rule.id !== null) return `sigma/${rule.id.toLowerCase()}`;
  const hash = createHash("sha256").update(JSON.stringify([rule.title, [...rule.connectorSlugs].sort()]));
  return `sigma/title/${hash.digest("hex").slice(0, 32)}`;
}

function refuseDoubles(rules: readonly SigmaRule[], slugs: readonly string[]): void {
  const problems = rules.flatMap(({ title }, index) =>
    slugs.indexOf(slugs[index]!) === index
      ? []
      : [new InvalidInputError(`Two rules are called "${title}" and neither has an id.`, ["yaml"])],
  );
  if (problems.length > 0) throw new InvalidInputsError(problems);
}

function readPlaceholders(given: readonly PlaceholderInput[]): Placeholders {
  const problems: InvalidInputError[] = [];
  const read = new Map<string, readonly string[]>();
  const at = (index: number, name: string) => ["placeholders", String(index), name];
  if (given.length > 100) throw new InvalidInputError("At most 100 placeholders.", ["placeholders"]);
  given.forEach(({ name, values }, index) => {
    const bare = name.replace(/^%(.*)%$/, "$1").toLowerCase();
    if (!/^[^%\\\s]{1,100}$/.test(bare))
      problems.push(new InvalidInputError("A name without spaces, of at most 100 characters.", at(index, "name")));
    if (read.has(bare)) problems.push(new InvalidInputError(`"${bare}" is given twice.`, at(index, "name")));
    if (
      values.length < 1 ||
      values.length > 1_000 ||
      values.some((value) => value.length > 500 || value.includes("\u0000"))
    )
      problems.push(new InvalidInputError("1 to 1,000 values of at most 500 characters.", at(index, "values")));
    read.set(bare, values);
  });
  if (problems.length > 0) throw new InvalidInputsError(problems);
  return read;
}

/** Only those that stand in the rule are kept with it. */
function usedBy({ source }: SigmaRule, placeholders: Placeholders): Placeholders {
  const text = source.toLowerCase();
  return new Map([...placeholders].filter(([name]) => text.includes(`%${name}%`)));
}

async function knownPolicies(tx: Db, slugs: readonly string[]): Promise<Map<string, Policy>> {
  const rows = await tx.query.policies.findMany({
    where: (t, { and, eq, inArray }) => and(eq(t.kind, "SIGMA"), inArray(t.slug, [...slugs])),
    orderBy: (t, { desc }) => desc(t.id),
  });
  return new Map(rows.map((row) => [row.slug!, row]));
}

async function insert(tx: Db, viewer: Viewer, slug: string, columns: SigmaColumns, now: Date): Promise<number> {
  const [row] = await tx
    .insert(tables.policies)
    .values({
      ...columns,
      kind: "SIGMA",
      slug,
      createdBy: viewer.name,
      fromPosition: sql`log_end()`,
      createdAt: now,
      updatedAt: now,
    })
    .returning({ id: tables.policies.id });
  return row!.id;
}

/** Whether anything changed. Name, description and severity follow the rule as long as they are as the last import left them. */
async function update(tx: Db, policy: Policy, columns: SigmaColumns, now: Date): Promise<boolean> {
  const { sigma, sigmaFacts, mitreTechniques } = columns;
  const before = policy.sigmaFacts as SigmaFacts;
  if (policy.sigma === sigma && isDeepStrictEqual(before, sigmaFacts)) return false;
  const left = wordsOf(before);
  const words = (["name", "description", "severity"] as const).filter((word) => policy[word] === left[word]);
  await tx
    .update(tables.policies)
    .set({
      ...Object.fromEntries(words.map((word) => [word, columns[word]])),
      sigma,
      sigmaFacts,
      mitreTechniques,
      fromPosition: sql`log_end()`,
      updatedAt: now,
    })
    .where(eq(tables.policies.id, policy.id));
  await tx.delete(tables.thresholdHits).where(eq(tables.thresholdHits.policyId, policy.id));
  return true;
}
