import { type Db, rawSql } from "#db/client.ts";
import type { AlertSeverity } from "#db/tables/policies.ts";

/** A detection that comes with Gatehouse: a row of `policies` that can be switched, scoped and tuned, not removed. */
export interface BuiltInPolicy {
  slug: string;
  name: string;
  description: string;
  severity: AlertSeverity;
  /** Null for one that has no levels. */
  sensitivity: "LOW" | "MEDIUM" | "HIGH" | null;
  mitreTechniques: readonly string[];
  /** From its first start on it only learns for so long. Null: it needs to learn nothing. */
  learningDays: number | null;
}

/** Makes the rows that are missing. What an admin set stays; texts follow the code. */
export async function seedBuiltInPolicies(db: Db, definitions: readonly BuiltInPolicy[], now: Date): Promise<void> {
  const rows = definitions.map(({ learningDays, ...definition }) => ({
    ...definition,
    learningUntil: learningDays === null ? null : new Date(now.getTime() + learningDays * 86_400_000).toISOString(),
  }));
  await rawSql(db)`
    insert into policies (slug, built_in, kind, name, description, severity, sensitivity, mitre_techniques, learning_until, created_by, from_position, created_at, updated_at)
    select r.slug, true, 'ANOMALY', r.name, r.description, r.severity, r.sensitivity, array(select json_array_elements_text(r."mitreTechniques")), r."learningUntil",
      'system', log_end(), ${now.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as r(slug text, name text, description text, severity text, sensitivity text,
      "mitreTechniques" json, "learningUntil" timestamptz)
    on conflict (slug) where built_in do update set name = excluded.name, description = excluded.description, mitre_techniques = excluded.mitre_techniques
    where (policies.name, policies.description, policies.mitre_techniques) is distinct from (excluded.name, excluded.description, excluded.mitre_techniques)`;
}
