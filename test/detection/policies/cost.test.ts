import { pino } from "pino";
import { expect, it } from "vitest";
import type { Policy } from "#db/tables/policies.ts";
import { evaluated } from "#src/detection/policies/batch.ts";
import { compileSet } from "#src/detection/policies/rule-set.ts";
import { range } from "../../support/seed.ts";

it("a thousand policies are found by what an activity is: few are tried", () => {
  const okta = 1;
  const eventTypes = range(200).map((n) => `type.${n}`);
  const policies = range(1000).map(
    (n) =>
      ({
        id: n,
        kind: "ACTIVITY",
        name: `Policy ${n}`,
        filter: [
          { eventTypes: [eventTypes[n % 200]] },
          { categories: ["LOG_ON"], ipAddresses: [`198.51.100.${n % 250}`] },
          { outcomes: ["FAILURE"], countries: [String.fromCharCode(65 + (n % 26), 65 + (n % 25))] },
          { categories: ["ADMIN"], userIds: [Buffer.from(`User:${okta}/u${n}`).toString("base64url")] },
          { connectorSlugs: ["github"], eventTypes: [eventTypes[(n * 7) % 200]], search: "secret" },
        ][n % 5],
        include: null,
        exclude: null,
        threshold: null,
        fromPosition: 0,
      }) as unknown as Policy,
  );
  const { rules } = compileSet(1, policies, [], pino({ level: "silent" }));
  expect(rules.size).toBe(1000);
  const tried = range(500).map((n) => {
    const row = {
      instanceId: okta,
      occurredAt: "2026-11-18 07:42:19.118+00",
      category: ["LOG_ON", "USER", "ADMIN"][n % 3],
      eventType: eventTypes[n % 200],
      userId: `u${n}`,
      outcome: n % 4 ? "SUCCESS" : "FAILURE",
      ipAddress: `198.51.100.${n % 250}`,
      country: "DE",
      targets: [],
      ipTags: [],
    };
    return rules.candidates(evaluated(row as never, "okta", null, 1)).length;
  });
  expect(tried.reduce((sum, some) => sum + some) / tried.length).toBeLessThan(15);
});
