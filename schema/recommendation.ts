import type { Check } from "#src/connector-kit/contract/checks.ts";
import { connectorBySlug, connectors } from "#src/connectors/index.ts";
import { InvalidInputError } from "#src/errors.ts";
import { decideRecommendation } from "#src/posture/decide.ts";
import {
  type RecommendationFilter as Filter,
  loadRecommendations,
  overallHistory,
  overallScore,
  type RecommendationRow,
  recommendationList,
  type Score,
} from "#src/posture/list.ts";
import { abortable } from "./abortable.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { changeCursor, changedRows } from "./changes.ts";
import { connectionOf, nestedConnection, pagingArgs, rootConnection } from "./connections.ts";
import { describedEnum } from "./described-enum.ts";
import { decodeId, instanceKeys, parseAccountId } from "./ids.ts";
import { InstanceRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

export const Severity = describedEnum("Severity", "How much it matters.", {
  INFORMATIONAL: "Good to know.",
  LOW: "Look at it some time.",
  MEDIUM: "Look at it this week.",
  HIGH: "Look at it today.",
  CRITICAL: "Look at it now.",
});

const RecommendationStatus = describedEnum(
  "RecommendationStatus",
  "Where a recommendation stands. COMPLETED is only ever set by data.",
  {
    TO_ADDRESS: "The check fails, wholly or in part.",
    PLANNED: "An admin plans to do it.",
    RISK_ACCEPTED: "An admin accepts the risk; earns no points.",
    THIRD_PARTY_RESOLVED: "Solved by another product, says an admin; full points.",
    ALTERNATE_MITIGATION: "Solved in another way, says an admin; full points.",
    COMPLETED: "The check passes.",
    NOT_EVALUATED: "The check could not read what it needs; it never counts as passed.",
  },
);

const RecommendationRef = builder.objectRef<RecommendationRow>("Recommendation");
const ScoreRef = builder.objectRef<Score>("SecureScore");

const checkOf = (row: RecommendationRow): Check | undefined =>
  connectorBySlug(row.connectorSlug)?.code?.checks.find((check) => check.slug === row.slug);

builder.node(RecommendationRef, {
  description: "A security posture finding on one instance, such as 'Adopt SSO'.",
  id: { resolve: ({ instanceId, slug }) => `${instanceId}/${slug}`, description: "Opaque id." },
  loadMany: (ids, context) => loadRecommendations(context.core.db, context.viewer, ids.map(parseAccountId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    slug: t.exposeString("slug", { description: "Stable name of the check." }),
    title: t.string({ description: "What to do, in a line.", resolve: (row) => checkOf(row)?.title ?? row.slug }),
    description: t.string({ description: "Why it matters.", resolve: (row) => checkOf(row)?.description ?? "" }),
    remediation: t.string({
      description: "Markdown: the steps at the provider.",
      resolve: (row) => checkOf(row)?.remediation ?? "",
    }),
    severity: t.field({
      type: Severity,
      description: "How much it matters.",
      resolve: (row) => checkOf(row)?.severity ?? "LOW",
    }),
    status: t.field({ type: RecommendationStatus, description: "Where it stands.", resolve: ({ status }) => status }),
    maxPoints: t.exposeInt("maxPoints", { description: "What it is worth." }),
    points: t.float({
      description: "What it earns now: pro rata where the check is met in part.",
      resolve: ({ points }) => points,
    }),
    benchmark: t.string({
      nullable: true,
      description: "Benchmark and number of the rule.",
      resolve: (row) => checkOf(row)?.benchmark ?? null,
    }),
    evidence: t.field({
      type: "JSON",
      nullable: true,
      description: "Figures and names that prove it; for NOT_EVALUATED the reason.",
      resolve: ({ evidence, because }) => (because === null ? evidence : { because }) as never,
    }),
    evaluatedAt: t.expose("evaluatedAt", { type: "DateTime", description: "When the check last ran." }),
    note: t.exposeString("note", { nullable: true, description: "What an admin noted." }),
    statusSetBy: t.exposeString("statusSetBy", { nullable: true, description: "Who decided." }),
    statusExpiresAt: t.expose("statusExpiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When the decision ends and the finding counts again.",
    }),
    changeCursor: t.string({
      description: "Resume recommendationChanged behind this state with `after`.",
      resolve: changeCursor,
    }),
  }),
});
const RecommendationConnection = connectionOf("Recommendation", RecommendationRef);

interface FilterShape {
  connectorSlugs?: string[] | null;
  instanceIds?: (string | number)[] | null;
  status?: Filter["status"];
  severity?: string[] | null;
}

const RecommendationFilter = builder.inputRef<FilterShape>("RecommendationFilter").implement({
  description: "Which recommendations: all conditions must hold.",
  fields: (t) => ({
    connectorSlugs: t.stringList({ description: "Of these apps." }),
    instanceIds: t.idList({ description: "Of these instances." }),
    status: t.field({ type: [RecommendationStatus], description: "In one of these states." }),
    severity: t.field({ type: [Severity], description: "Of one of these severities." }),
  }),
});

function wanted(filter: FilterShape | null | undefined): Filter | null {
  if (!filter) return null;
  const { severity, instanceIds, ...rest } = filter;
  const checks = connectors.flatMap((entry) => entry.code?.checks ?? []);
  return {
    ...rest,
    instanceIds: instanceKeys(instanceIds?.map(String), ["filter", "instanceIds"]),
    slugs: severity ? checks.filter((check) => severity.includes(check.severity)).map((check) => check.slug) : null,
  };
}

const percentage = ({ points, maxPoints }: Score) => (maxPoints > 0 ? (100 * points) / maxPoints : 0);

const SecureScorePoint = builder.objectRef<{ date: string; percentage: number }>("SecureScorePoint").implement({
  description: "The score of a day.",
  fields: (t) => ({
    date: t.field({
      type: "DateTime",
      description: "The day, at midnight UTC.",
      resolve: ({ date }) => new Date(date),
    }),
    percentage: t.float({
      description: "Points earned of points possible, in percent.",
      resolve: (point) => point.percentage,
    }),
  }),
});

ScoreRef.implement({
  description: "Points that the posture checks earn, of those possible.",
  fields: (t) => ({
    points: t.float({ description: "Earned.", resolve: ({ points }) => points }),
    maxPoints: t.float({ description: "Possible.", resolve: ({ maxPoints }) => maxPoints }),
    percentage: t.float({ description: "Earned of possible, in percent.", resolve: percentage }),
    history: t.field({
      type: [SecureScorePoint],
      description: "Day by day, oldest first; days without an evaluation are left out.",
      args: { days: t.arg.int({ description: "How many days back, at most 365. Default 30." }) },
      resolve: ({ instanceId }, { days }, context) => {
        const count = days ?? 30;
        if (count < 1 || count > 365) throw new InvalidInputError("`days` must be between 1 and 365.", ["days"]);
        return instanceId === null
          ? overallHistory(context.core.db, context.viewer, count)
          : context.load.scoreHistory(count, instanceId);
      },
    }),
  }),
});

builder.objectFields(InstanceRef, (t) => ({
  recommendations: t.field({
    type: RecommendationConnection,
    description: "What its posture checks recommend.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({ type: RecommendationFilter, description: "Which recommendations." }),
    },
    resolve: ({ id }, { filter, ...args }, context) =>
      nestedConnection<RecommendationRow>(
        context,
        "instance.recommendations",
        args,
        { filter },
        () => recommendationList(context.core.db, context.viewer, wanted(filter)),
        {
          instanceId: id,
          externalId: null,
        },
      ),
  }),
  secureScore: t.field({
    type: ScoreRef,
    nullable: true,
    description: "Its score; null where no check has run.",
    resolve: ({ id }, _, context) => context.load.score.load(id),
  }),
}));

builder.queryFields((t) => ({
  recommendations: t.field({
    type: RecommendationConnection,
    description: "What the posture checks of all instances recommend.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({ type: RecommendationFilter, description: "Which recommendations." }),
    },
    resolve: (_, { filter, ...args }, context) =>
      rootConnection<RecommendationRow>(
        context,
        recommendationList(context.core.db, context.viewer, wanted(filter)),
        args,
      ),
  }),
  secureScore: t.field({
    type: ScoreRef,
    description: "The score over all instances you see.",
    resolve: (_, __, context) => overallScore(context.core.db, context.viewer),
  }),
}));

const RecommendationPayload = builder.objectRef<Payload<RecommendationRow>>("RecommendationPayload").implement({
  description: "The changed recommendation.",
  fields: (t) => ({
    recommendation: t.field({
      type: RecommendationRef,
      nullable: true,
      description: "The recommendation.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

builder.mutationField("updateRecommendation", (t) =>
  t.field({
    type: RecommendationPayload,
    description:
      "Decides about a finding; TO_ADDRESS takes a decision back. COMPLETED and NOT_EVALUATED are the data's to say. ADMIN.",
    args: {
      id: t.arg.id({ required: true, description: "Which recommendation." }),
      status: t.arg({ type: RecommendationStatus, required: true, description: "The decision." }),
      note: t.arg.string({ description: "Why." }),
      expiresAt: t.arg({ type: "DateTime", description: "When the finding counts again." }),
    },
    resolve: (_, { id, status, note, expiresAt }, context) =>
      payload(async () => {
        const key = await keyFor(context, "recommendation.update", "ADMIN", () =>
          parseAccountId(decodeId("Recommendation", String(id), ["id"])),
        );
        const decision = { status, ...(note === undefined ? {} : { note }), expiresAt: expiresAt ?? null };
        return decideRecommendation(context.core, context.viewer, key, decision);
      }),
  }),
);

builder.subscriptionField("recommendationChanged", (t) =>
  t.field({
    type: RecommendationRef,
    description: "Recommendations that were found anew or decided on; with `after` (a changeCursor) it resumes.",
    args: {
      filter: t.arg({ type: RecommendationFilter, description: "Which recommendations." }),
      after: t.arg.string({ description: "Resume behind this changeCursor. Default: from now on." }),
    },
    subscribe: (_, { filter, after }, context) => {
      const conditions = wanted(filter);
      return abortable((signal) =>
        changedRows(
          context,
          "recommendation",
          after,
          {
            keysOf: (entry) =>
              (entry.payload as { slugs: string[] }).slugs.map((slug) => ({
                instanceId: entry.instanceId,
                externalId: slug,
              })),
            load: (keys) => loadRecommendations(context.core.db, context.viewer, keys, conditions),
          },
          signal,
        ),
      );
    },
    resolve: (row) => row as RecommendationRow,
  }),
);
