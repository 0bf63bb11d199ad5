import { buildSchema } from "graphql";
import { pino } from "pino";
import { expect, test } from "vitest";
import { defaultLimits } from "#schema/limits.ts";
import { createEngine } from "#src/server/engine.ts";

test("the cost of an operation is kept for the ids it is asked with, a page of them too, but not for any number", () => {
  const schema = buildSchema("type Query { nodes(ids: [ID!]!): [Node]! } type Node { id: ID! }");
  let weighed = 0;
  Object.defineProperty(schema.getQueryType()!.getFields().nodes!.extensions, "cost", {
    get: () => {
      weighed += 1;
      return 1;
    },
  });
  const engine = createEngine(schema, defaultLimits, pino({ level: "silent" }));
  const { costWith } = engine.prepare({ query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }" })!;
  const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `Activity:${index}`);
  const weighedFor = (count: number) => {
    const before = weighed;
    for (let time = 0; time < 3; time++) costWith({ ids: idsOf(count) });
    return weighed - before > 2 ? "each time" : "once";
  };
  expect(weighedFor(1)).toBe("once");
  expect(weighedFor(20)).toBe("once");
  expect(weighedFor(1_000)).toBe("each time");
});
