import { importSigmaRules } from "#src/detection/policies/import-sigma.ts";
import { loadPolicies, type PolicyRow } from "#src/detection/policies/list.ts";
import type { SigmaFacts } from "#src/detection/policies/sigma.ts";
import type { SkippedRule as Skipped } from "#src/detection/sigma/index.ts";
import { builder } from "./builder.ts";
import { PolicyRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const SigmaRule = builder.objectRef<SigmaFacts>("SigmaRule").implement({
  description: "What a Sigma rule says about itself.",
  fields: (t) => ({
    id: t.exposeString("id", {
      nullable: true,
      description: "Its own id, mostly a UUID: importing a rule with the same id updates the policy.",
    }),
    level: t.exposeString("level", { description: "`informational`, `low`, `medium`, `high` or `critical`." }),
    status: t.exposeString("status", {
      nullable: true,
      description: "`stable`, `test`, `experimental`, `deprecated` or `unsupported`.",
    }),
    author: t.exposeString("author", { nullable: true, description: "Who wrote it." }),
    tags: t.exposeStringList("tags", { description: "Its tags, such as `attack.t1078.004`." }),
    falsePositives: t.exposeStringList("falsePositives", { description: "What else it is known to find." }),
    references: t.exposeStringList("references", { description: "Where it comes from." }),
    connectorSlugs: t.exposeStringList("connectorSlugs", { description: "Apps that have its log." }),
    correlation: t.exposeString("correlation", {
      nullable: true,
      description:
        "How matches count together: `event_count`, `value_count`, `temporal` or `temporal_ordered`. Null: each counts.",
    }),
  }),
});

builder.objectField(PolicyRef, "sigmaRule", (t) =>
  t.field({
    type: SigmaRule,
    nullable: true,
    description: "What the imported rule says about itself, for SIGMA.",
    resolve: ({ sigmaFacts }) => sigmaFacts as SigmaFacts | null,
  }),
);

const SkippedRule = builder.objectRef<Skipped>("SkippedRule").implement({
  description: "A rule that was left out, whole.",
  fields: (t) => ({
    title: t.exposeString("title", { description: "Its title." }),
    reason: t.exposeString("reason", { description: "What it asks for that is not supported." }),
  }),
});

const SigmaPlaceholderInput = builder.inputType("SigmaPlaceholderInput", {
  description: "What a placeholder of rules stands for.",
  fields: (t) => ({
    name: t.string({ required: true, description: "Its name, with or without the percent signs." }),
    values: t.stringList({ required: true, description: "Each is tried; wildcards are allowed." }),
  }),
});

interface Imported {
  policies: PolicyRow[];
  skipped: Skipped[];
}

const ImportSigmaRulesPayload = builder.objectRef<Payload<Imported>>("ImportSigmaRulesPayload").implement({
  description: "What became of the rules.",
  fields: (t) => ({
    policies: t.field({
      type: [PolicyRef],
      description: "Policies that were made or brought up to date, in the order of the file.",
      resolve: ({ data }) => data?.policies ?? [],
    }),
    skipped: t.field({
      type: [SkippedRule],
      description: "Rules that were left out, with the reason.",
      resolve: ({ data }) => data?.skipped ?? [],
    }),
    userErrors: t.field({
      type: [UserError],
      description: "What is broken in the file; then nothing of it is taken over.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

builder.mutationField("importSigmaRules", (t) =>
  t.field({
    type: ImportSigmaRulesPayload,
    description:
      "Makes a policy of each Sigma rule, or updates the one that an earlier import made of it. A rule that asks for what is not supported is skipped. For all instances: ADMIN.",
    args: {
      yaml: t.arg.string({
        required: true,
        description: "One or more documents of YAML, up to 1,000 rules or a million characters.",
      }),
      placeholders: t.arg({
        type: [SigmaPlaceholderInput],
        description: "For values with the modifier `expand`; rules with placeholders that are not given are skipped.",
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
