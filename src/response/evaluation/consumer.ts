import type { Core } from "#src/core.ts";
import { type OverloadLimits, overloadLimits } from "#src/detection/policies/overload.ts";
import type { Consumer } from "#src/realtime/consumer.ts";
import { createEvaluator } from "./evaluate.ts";

/** The evaluation of policies as a consumer of the log: each activity once, in order, whichever process takes it. */
export function policyConsumer(core: Core, limits: OverloadLimits = overloadLimits): Consumer {
  const evaluator = createEvaluator(core, limits);
  return { name: "policies", batches: 200, activities: 5000, consume: (tx, entries) => evaluator.consume(tx, entries) };
}
