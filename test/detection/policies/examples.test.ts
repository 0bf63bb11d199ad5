import { describe, expect, it } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { ExampleEvent } from "#src/connector-kit/policy-template.ts";
import { policyTemplates } from "#src/detection/policies/templates/index.ts";
import { startApp } from "../../support/app.ts";
import { addActivities, seedInstance } from "../../support/seed.ts";
import { alertsOf, changePolicy, evaluated, event, makePolicy } from "./support.ts";

const addresses = { CORPORATE: "198.51.100.7", VPN: "203.0.113.7", RISKY: "203.0.113.200" };

/** As a connector would have mapped it. */
function recordOf({ at, ipCategory, ...rest }: ExampleEvent): ActivityRecord {
  return event(at, { user: "ana", ...(ipCategory ? { ipAddress: addresses[ipCategory] } : {}), ...rest });
}

describe("templates", async () => {
  const templates = await policyTemplates();
  const app = await startApp({ workers: true });
  const instances = new Map<string, Awaited<ReturnType<typeof seedInstance>>>();
  for (const slug of new Set(templates.flatMap(({ connectorSlugs }) => connectorSlugs)))
    instances.set(slug, await seedInstance(app.core, slug, "acme"));
  for (const [category, cidr] of [
    ["CORPORATE", "198.51.100.0/24"],
    ["VPN", "203.0.113.0/25"],
    ["RISKY", "203.0.113.128/25"],
  ])
    await app.data(`mutation ($input: IpRangeInput!) { setIpRange(input: $input) { userErrors { message } } }`, {
      input: { name: category, cidrs: [cidr], category },
    });

  // Those over files: test/detection/files/templates.test.ts.
  for (const template of templates.filter(({ kind }) => kind !== "FILE"))
    it(`${template.slug} finds what its examples say, and nothing else`, async () => {
      expect(new Set(template.examples.map(({ alerts }) => alerts > 0)).size).toBe(2);
      for (const { name, connectorSlug, events, alerts } of template.examples) {
        const policy = await makePolicy(app, { name: null, kind: null, templateSlug: template.slug });
        for (const one of events) await addActivities(app.core, instances.get(connectorSlug)!, [recordOf(one)]);
        await evaluated(app);
        expect([connectorSlug, name, (await alertsOf(app, policy.id)).length]).toEqual([connectorSlug, name, alerts]);
        await changePolicy(app, policy.id, { enabled: false });
      }
    });

  it("are listed with what they look for", async () => {
    const { policyTemplates } = await app.data(
      "{ policyTemplates { slug name kind severity filter threshold { count windowSeconds } connectorSlugs } }",
    );
    expect(policyTemplates.find(({ slug }: { slug: string }) => slug === "mass-download")).toMatchObject({
      kind: "ACTIVITY",
      threshold: { count: 51, windowSeconds: 60 },
    });
    expect(policyTemplates).toHaveLength(templates.length);
  });
});
