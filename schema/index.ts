import type { GraphQLSchema } from "graphql";
import { lexicographicSortSchema, printSchema } from "graphql";
import "./scalars.ts";
import "./access.ts";
import "./activity.ts";
import "./alert.ts";
import "./catalogue.ts";
import "./governance.ts";
import "./instance.ts";
import "./lifecycle.ts";
import "./oauth-app.ts";
import "./recommendation.ts";
import "./scan.ts";
import "./subscriptions.ts";
import "./user.ts";
import { builder } from "./builder.ts";

builder.queryType({ description: "What can be asked." });
builder.mutationType({ description: "What can be changed. Every change is in the audit log." });
builder.subscriptionType({
  description: "What can be listened to, over WebSocket (graphql-transport-ws) or server-sent events.",
});

export const schema: GraphQLSchema = builder.toSchema();

/** The schema as it is committed in schema.graphql. */
export function printedSchema(): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
