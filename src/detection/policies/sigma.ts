import type { AlertSeverity, Policy } from "#db/tables/policies.ts";
import { compileStored, type Placeholders, parseSigma, type SigmaRule } from "#src/detection/sigma/index.ts";
import type { Draft, PolicyInput } from "./draft.ts";
import type { Problems } from "./problems.ts";

/** Metadata of the rule. */
type RuleFacts = Pick<
  SigmaRule,
  | "id"
  | "title"
  | "description"
  | "status"
  | "level"
  | "author"
  | "tags"
  | "falsePositives"
  | "references"
  | "connectorSlugs"
>;

/** What a policy keeps of its Sigma rule, beside the rule itself. */
export interface SigmaFacts extends RuleFacts {
  correlation: string | null;
  placeholders: Record<string, readonly string[]>;
}

/** The columns that a rule fills. */
export interface SigmaColumns extends Pick<Policy, "name" | "description" | "severity" | "mitreTechniques"> {
  sigma: string;
  sigmaFacts: SigmaFacts;
}

export function sigmaColumns(rule: SigmaRule, placeholders: Placeholders): SigmaColumns {
  const { id, title, description, status, level, author, tags, falsePositives, references, connectorSlugs } = rule;
  const sigmaFacts: SigmaFacts = {
    id,
    title,
    description,
    status,
    level,
    author,
    tags,
    falsePositives,
    references,
    connectorSlugs,
    correlation: rule.correlation?.kind ?? null,
    placeholders: Object.fromEntries(placeholders),
  };
  return { ...wordsOf(sigmaFacts), sigma: rule.source, mitreTechniques: rule.mitreTechniques, sigmaFacts };
}

/** What a policy is called as long as nobody has called it something else. */
export function wordsOf({ title, description, level }: SigmaFacts): Pick<Policy, "name" | "description" | "severity"> {
  return {
    name: title
      .replace(/\p{Cc}+/gu, " ")
      .slice(0, 200)
      .toWellFormed(),
    description: description.slice(0, 4000).toWellFormed(),
    severity: level.toUpperCase() as AlertSeverity,
  };
}

/** The draft of a Sigma policy with the properties of its rule, if one is given. Properties of the input take precedence. */
export function withRule(draft: Draft, input: PolicyInput, problems: Problems): Draft {
  if (draft.kind !== "SIGMA") return draft;
  const field = ["input", "sigma"];
  const facts = draft.sigmaFacts as SigmaFacts | null;
  if (input.sigma == null) {
    if (facts === null) problems.add("Give the rule.", field);
    return draft;
  }
  const placeholders = new Map(Object.entries(facts?.placeholders ?? {}));
  const read = problems.check(() => parseSigma(input.sigma as string, placeholders, field));
  const [rule] = read?.rules ?? [];
  if (read && (read.rules.length !== 1 || read.skipped.length > 0))
    problems.add(
      read.skipped[0]
        ? `The rule is not supported: ${read.skipped[0].reason}.`
        : "Give one rule; importSigmaRules takes many.",
      field,
    );
  if (!rule) return draft;
  const { name, description, severity, ...columns } = sigmaColumns(rule, placeholders);
  const left = facts && wordsOf(facts);
  return {
    ...draft,
    ...columns,
    name: input.name != null || (left && left.name !== draft.name) ? draft.name : name,
    description:
      input.description != null || (left && left.description !== draft.description) ? draft.description : description,
    severity: input.severity != null || (left && left.severity !== draft.severity) ? draft.severity : severity,
  };
}

/** The compiled rule of a policy. Rules are compiled again whenever any policy changes; most are the same as before. */
export function sigmaRuleOf({ id, sigma, sigmaFacts }: Policy): SigmaRule {
  const placeholders = new Map(Object.entries((sigmaFacts as SigmaFacts | null)?.placeholders ?? {}));
  const key = JSON.stringify([sigma, [...placeholders]]);
  const known = compiled.get(id);
  if (known?.key === key) return known.rule;
  const rule = compileStored(sigma ?? "", placeholders);
  if (compiled.size >= maxCompiled) compiled.clear();
  compiled.set(id, { key, rule });
  return rule;
}
const compiled = new Map<number, { key: string; rule: SigmaRule }>();
const maxCompiled = 5_000;
