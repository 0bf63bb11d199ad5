import type { GraphQLInterfaceType, GraphQLSchema } from "graphql";
import { lexicographicSortSchema, printSchema } from "graphql";
import "./scalars.ts";
import "./access.ts";
import "./activity.ts";
import "./alert.ts";
import "./catalogue.ts";
import "./containment.ts";
import "./destination.ts";
import "./detector.ts";
import "./file.ts";
import "./file-domains.ts";
import "./governance.ts";
import "./identity.ts";
import "./instance.ts";
import "./ip-range.ts";
import "./lifecycle.ts";
import "./oauth-app.ts";
import "./policy.ts";
import "./policy-files.ts";
import "./recommendation.ts";
import "./scan.ts";
import "./sigma.ts";
import "./subscriptions.ts";
import "./suppression.ts";
import "./unreadable.ts";
import "./user.ts";
import { builder } from "./builder.ts";
import { encodeId } from "./ids.ts";

builder.queryType({ description: "Read access to all data." });
builder.mutationType({ description: "Changes of data. Every change is recorded in the audit log." });
builder.subscriptionType({
  description: "Events in real time, over WebSocket (graphql-transport-ws) or server-sent events.",
});

export const schema: GraphQLSchema = described(answerIdsAtOnce(builder.toSchema()));

/** The builder has no place for it. */
function described(built: GraphQLSchema): GraphQLSchema {
  built.description =
    "Gatehouse: accounts, groups, activities, app permissions and security settings of all connected apps. " +
    "Lists are Relay connections. Ids are opaque and unique across types. Instants are RFC 3339 in UTC. " +
    "A mutation returns errors that the caller can correct in `userErrors`.";
  return built;
}

/** The Relay plugin makes several promises of every id; ours are at hand. */
function answerIdsAtOnce(built: GraphQLSchema): GraphQLSchema {
  for (const type of built.getPossibleTypes(built.getType("Node") as GraphQLInterfaceType)) {
    const { id } = type.extensions.pothosOptions as { id: { resolve: (row: unknown) => string | number } };
    const field = type.getFields().id!;
    field.resolve = (row) => encodeId(type.name, id.resolve(row));
  }
  return built;
}

/** The schema as it is committed in schema.graphql. */
export function printedSchema(): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
