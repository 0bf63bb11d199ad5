import { importSigmaRules } from "#src/detection/policies/import-sigma.ts";
import { loadPolicies, type PolicyRow } from "#src/detection/policies/list.ts";
import type { SigmaFacts } from "#src/detection/policies/sigma.ts";
import type { SkippedRule as Skipped } from "#src/detection/sigma/index.ts";
import { builder } from "./builder.ts";
import { PolicyRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const SigmaRule = builder.objectRef<SigmaFacts>("SigmaRule").implement({
  description: "The metadata of a Sigma rule.",
  fields: (t) => ({
    id: t.exposeString("id", {
      nullable: true,
      description:
        "The rule's own id, usually a UUID. Importing a rule with the same id updates the policy. Null if the rule has none.",
    }),
    level: t.exposeString("level", {
      description: "Level of the rule: `informational`, `low`, `medium`, `high` or `critical`.",
    }),
    status: t.exposeString("status", {
      nullable: true,
      description:
        "Status of the rule: `stable`, `test`, `experimental`, `deprecated` or `unsupported`. Null if it has none.",
    }),
    author: t.exposeString("author", { nullable: true, description: "Author of the rule. Null if it names none." }),
    tags: t.exposeStringList("tags", { description: "Tags of the rule, such as `attack.t1078.004`." }),
    falsePositives: t.exposeStringList("falsePositives", { description: "Known causes of false positives." }),
    references: t.exposeStringList("references", { description: "References of the rule, usually URLs." }),
    connectorSlugs: t.exposeStringList("connectorSlugs", {
      description: "Slugs of the connectors that provide the log source of the rule.",
    }),
    correlation: t.exposeString("correlation", {
      nullable: true,
      description:
        "Type of the correlation: `event_count`, `value_count`, `temporal` or `temporal_ordered`. Null if each match counts on its own.",
    }),
  }),
});

builder.objectField(PolicyRef, "sigmaRule", (t) =>
  t.field({
    type: SigmaRule,
    nullable: true,
    description: "Metadata of the Sigma rule. Null unless the kind is SIGMA.",
    resolve: ({ sigmaFacts }) => sigmaFacts as SigmaFacts | null,
  }),
);

const SkippedRule = builder.objectRef<Skipped>("SkippedRule").implement({
  description: "A Sigma rule that was not imported.",
  fields: (t) => ({
    title: t.exposeString("title", { description: "Title of the rule." }),
    reason: t.exposeString("reason", { description: "The unsupported feature that the rule needs." }),
  }),
});

const SigmaPlaceholderInput = builder.inputType("SigmaPlaceholderInput", {
  description: "The values of a placeholder in Sigma rules.",
  fields: (t) => ({
    name: t.string({ required: true, description: "Name of the placeholder, with or without the percent signs." }),
    values: t.stringList({ required: true, description: "Values to match, any of them. Wildcards are allowed." }),
  }),
});

interface Imported {
  policies: PolicyRow[];
  skipped: Skipped[];
}

const ImportSigmaRulesPayload = builder.objectRef<Payload<Imported>>("ImportSigmaRulesPayload").implement({
  description: "Result of an import of Sigma rules.",
  fields: (t) => ({
    policies: t.field({
      type: [PolicyRef],
      description: "Policies that were created or updated, in the order of the rules in the file.",
      resolve: ({ data }) => data?.policies ?? [],
    }),
    skipped: t.field({
      type: [SkippedRule],
      description: "Rules that were not imported, each with the reason.",
      resolve: ({ data }) => data?.skipped ?? [],
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors in the file. If there is one, nothing is imported.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

builder.mutationField("importSigmaRules", (t) =>
  t.field({
    type: ImportSigmaRulesPayload,
    description:
      "Create a policy from each Sigma rule, or update the policy that an earlier import created from it. Rules that need unsupported features are skipped. Requires the role ADMIN for all instances.",
    args: {
      yaml: t.arg.string({
        required: true,
        description: "One or more YAML documents, with up to 1,000 rules or a million characters.",
      }),
      placeholders: t.arg({
        type: [SigmaPlaceholderInput],
        description: "Values for the modifier `expand`. Rules with placeholders that are not supplied are skipped.",
      }),
    },
    resolve: (_, { yaml, placeholders }, { core, viewer }) =>
      payload(async () => {
        const { policies, skipped } = await importSigmaRules(core, viewer, yaml, placeholders ?? []);
        const rows = await loadPolicies(core.db, policies);
        return { policies: rows.filter((row): row is PolicyRow => row !== null), skipped };
      }),
  }),
);
