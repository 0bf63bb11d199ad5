import type { Check } from "#src/connector-kit/contract/checks.ts";
import { loadConnector, loadConnectors } from "#src/connectors/index.ts";
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

export const Severity = describedEnum("Severity", "The severity of a finding.", {
  INFORMATIONAL: "Serves as information. Requires no response.",
  LOW: "Requires a response when time permits.",
  MEDIUM: "Requires a response within a week.",
  HIGH: "Requires a response within a day.",
  CRITICAL: "Requires a response at once.",
});

const RecommendationStatus = describedEnum(
  "RecommendationStatus",
  "The status of a recommendation. Only a check sets COMPLETED.",
  {
    TO_ADDRESS: "The check fails, wholly or in part.",
    PLANNED: "An admin plans to resolve the finding.",
    RISK_ACCEPTED: "An admin accepts the risk. Earns no points.",
    THIRD_PARTY_RESOLVED: "An admin states that another product resolves the finding. Earns full points.",
    ALTERNATE_MITIGATION: "An admin states that the risk is mitigated in another way. Earns full points.",
    COMPLETED: "The check passes.",
    NOT_EVALUATED: "The check could not read the data it needs. It never counts as passed.",
  },
);

const RecommendationOrder = describedEnum("RecommendationOrder", "The order of a list of recommendations.", {
  NAME: "Ordered by instance, then by name of the check.",
  POINTS_LOST: "The recommendations that cost most points come first.",
});

const RecommendationRef = builder.objectRef<RecommendationRow>("Recommendation");
const ScoreRef = builder.objectRef<Score>("SecureScore");

const checkOf = async (row: RecommendationRow): Promise<Check | undefined> =>
  (await loadConnector(row.connectorSlug))?.checks.find((check) => check.slug === row.slug);

builder.node(RecommendationRef, {
  description: 'The result of a security posture check in one instance, such as "Adopt SSO".',
  id: {
    resolve: ({ instanceId, slug }) => `${instanceId}/${slug}`,
    description: "Global id: opaque, and unique across all types.",
  },
  loadMany: (ids, context) => loadRecommendations(context.core.db, context.viewer, ids.map(parseAccountId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance that was checked.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    slug: t.exposeString("slug", { description: "Stable name of the check." }),
    title: t.string({
      description: "What to do, in one line.",
      resolve: async (row) => (await checkOf(row))?.title ?? row.slug,
    }),
    description: t.string({
      description: "Explanation why the check matters.",
      resolve: async (row) => (await checkOf(row))?.description ?? "",
    }),
    remediation: t.string({
      description: "Steps to take at the provider, as Markdown.",
      resolve: async (row) => (await checkOf(row))?.remediation ?? "",
    }),
    severity: t.field({
      type: Severity,
      description: "Severity of the finding.",
      resolve: async (row) => (await checkOf(row))?.severity ?? "LOW",
    }),
    status: t.field({
      type: RecommendationStatus,
      description: "Status of the recommendation.",
      resolve: ({ status }) => status,
    }),
    maxPoints: t.exposeInt("maxPoints", { description: "Points for a check that passes." }),
    pointsLost: t.float({
      description: "Points that are missing of the points possible: what resolving the finding would add to the score.",
      resolve: ({ lost }) => lost / 1000,
    }),
    points: t.float({
      description: "Points earned now, pro rata if the check passes in part.",
      resolve: ({ points }) => points,
    }),
    benchmark: t.string({
      nullable: true,
      description: "Benchmark and number of the rule. Null if the check is not part of a benchmark.",
      resolve: async (row) => (await checkOf(row))?.benchmark ?? null,
    }),
    evidence: t.field({
      type: "JSON",
      nullable: true,
      description: "Figures and names that support the result; for NOT_EVALUATED, the reason. Null if there are none.",
      resolve: ({ evidence, because }) => (because === null ? evidence : { because }) as never,
    }),
    evaluatedAt: t.expose("evaluatedAt", { type: "DateTime", description: "When the check last ran." }),
    note: t.exposeString("note", {
      nullable: true,
      description: "Note of the admin who decided. Null if none was entered.",
    }),
    statusSetBy: t.exposeString("statusSetBy", {
      nullable: true,
      description: "Name of the admin who decided. Null if nobody has.",
    }),
    statusExpiresAt: t.expose("statusExpiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When the decision expires and the finding counts again. Null if it does not expire.",
    }),
    changeCursor: t.string({
      description: "Cursor of this state. Pass it to recommendationChanged as `after` to resume behind this state.",
      resolve: (row, _, context) => changeCursor(row, context),
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
  description:
    "Selects recommendations. All conditions must hold; a list holds if one of its values matches. A condition that is absent or null is not applied.",
  fields: (t) => ({
    connectorSlugs: t.stringList({ description: "Return only recommendations for instances of these connectors." }),
    instanceIds: t.idList({ description: "Return only recommendations for these instances." }),
    status: t.field({
      type: [RecommendationStatus],
      description: "Return only recommendations with one of these statuses.",
    }),
    severity: t.field({ type: [Severity], description: "Return only recommendations of these severities." }),
  }),
});

async function wanted(filter: FilterShape | null | undefined): Promise<Filter | null> {
  if (!filter) return null;
  const { severity, instanceIds, ...rest } = filter;
  const checks = severity ? (await loadConnectors()).flatMap((connector) => connector.checks) : [];
  return {
    ...rest,
    instanceIds: instanceKeys(instanceIds?.map(String), ["filter", "instanceIds"]),
    slugs: severity ? checks.filter((check) => severity.includes(check.severity)).map((check) => check.slug) : null,
  };
}

const percentage = ({ points, maxPoints }: Score) => (maxPoints > 0 ? (100 * points) / maxPoints : 0);

const SecureScorePoint = builder.objectRef<{ date: string; percentage: number }>("SecureScorePoint").implement({
  description: "The secure score of one day.",
  fields: (t) => ({
    date: t.field({
      type: "DateTime",
      description: "The day, as midnight UTC.",
      resolve: ({ date }) => new Date(date),
    }),
    percentage: t.float({
      description: "Points earned of points possible, in percent.",
      resolve: (point) => point.percentage,
    }),
  }),
});

ScoreRef.implement({
  description: "The points earned by posture checks, of the points possible.",
  fields: (t) => ({
    points: t.float({ description: "Number of points earned.", resolve: ({ points }) => points }),
    maxPoints: t.float({ description: "Number of points possible.", resolve: ({ maxPoints }) => maxPoints }),
    percentage: t.float({ description: "Points earned of points possible, in percent.", resolve: percentage }),
    history: t.field({
      type: [SecureScorePoint],
      description: "Daily scores, oldest first. Days without an evaluation are omitted.",
      args: { days: t.arg.int({ description: "Number of days to return, at most 365. Default 30." }) },
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
    description: "Recommendations of the posture checks of the instance.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({
        type: RecommendationFilter,
        description: "Filter of the recommendations to return. Default: all.",
      }),
      orderBy: t.arg({ type: RecommendationOrder, description: "Order of the recommendations. Default: NAME." }),
    },
    resolve: async ({ id }, { filter, orderBy, ...args }, context) => {
      const conditions = await wanted(filter);
      return nestedConnection<RecommendationRow>(
        context,
        "instance.recommendations",
        args,
        { filter, orderBy },
        () => recommendationList(context.core.db, context.viewer, conditions, orderBy ?? "NAME"),
        {
          instanceId: id,
          externalId: null,
        },
      );
    },
  }),
  secureScore: t.field({
    type: ScoreRef,
    nullable: true,
    description: "Secure score of the instance. Null if no posture check has run.",
    resolve: ({ id }, _, context) => context.load.score.load(id),
  }),
}));

builder.queryFields((t) => ({
  recommendations: t.field({
    type: RecommendationConnection,
    description: "Recommendations of the posture checks of all instances.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({
        type: RecommendationFilter,
        description: "Filter of the recommendations to return. Default: all.",
      }),
      orderBy: t.arg({ type: RecommendationOrder, description: "Order of the recommendations. Default: NAME." }),
    },
    resolve: async (_, { filter, orderBy, ...args }, context) =>
      rootConnection<RecommendationRow>(
        context,
        recommendationList(context.core.db, context.viewer, await wanted(filter), orderBy ?? "NAME"),
        args,
      ),
  }),
  secureScore: t.field({
    type: ScoreRef,
    description: "Secure score over all instances that you may see.",
    resolve: (_, __, context) => overallScore(context.core.db, context.viewer),
  }),
}));

const RecommendationPayload = builder.objectRef<Payload<RecommendationRow>>("RecommendationPayload").implement({
  description: "Result of a decision about a recommendation.",
  fields: (t) => ({
    recommendation: t.field({
      type: RecommendationRef,
      nullable: true,
      description: "The changed recommendation. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

builder.mutationField("updateRecommendation", (t) =>
  t.field({
    type: RecommendationPayload,
    description:
      "Record a decision about a recommendation. TO_ADDRESS withdraws a decision. COMPLETED and NOT_EVALUATED cannot be set, because the checks determine them. Requires the role ADMIN.",
    args: {
      id: t.arg.id({ required: true, description: "Id of the recommendation." }),
      status: t.arg({ type: RecommendationStatus, required: true, description: "The decision as a status." }),
      note: t.arg.string({ description: "Reason for the decision. Default: unchanged." }),
      expiresAt: t.arg({
        type: "DateTime",
        description: "When the decision expires and the finding counts again. Default: never.",
      }),
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
    description: "Recommendations whose result or decision changed. Resumes with `after` (a changeCursor).",
    args: {
      filter: t.arg({
        type: RecommendationFilter,
        description: "Filter of the recommendations to deliver. Null delivers all of them.",
      }),
      after: t.arg.string({ description: "The changeCursor behind which to resume. Default: from now on." }),
    },
    subscribe: async (_, { filter, after }, context) => {
      const conditions = await wanted(filter);
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
