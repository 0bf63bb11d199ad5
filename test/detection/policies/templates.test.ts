import { expect, test } from "vitest";
import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import type { AppTemplates } from "#src/connector-kit/policy-template.ts";
import { loadConnectors } from "#src/connectors/index.ts";
import { policyTemplates, templatesFor } from "#src/detection/policies/templates/index.ts";
import { madeUp } from "../../support/made-up-connector.ts";

const templates = await policyTemplates();

function app(slug: string, categories: readonly ActivityCategory[], added: AppTemplates = {}) {
  return madeUp({
    manifest: { slug, streams: { ACTIVITIES: { everySeconds: 60, scopes: [], categories } } },
    templates: added,
  });
}

const found = (apps: Parameters<typeof templatesFor>[0], slug: string) =>
  templatesFor(apps).find((template) => template.slug === slug);

test("a template fits the apps whose log has its categories", () => {
  const apps = [app("one", ["LOG_ON", "USER"]), app("two", ["USER", "ADMIN"])];
  expect(found(apps, "failed-sign-ins")?.connectorSlugs).toEqual(["one"]);
  expect(found(apps, "admin-from-non-corporate-ip")?.connectorSlugs).toEqual(["two"]);
});

test("it does not fit an app that has no log, or names no event types where it leaves them to the apps", () => {
  expect(found([madeUp()], "failed-sign-ins")).toBeUndefined();
  expect(found([app("one", ["LOG_ON"])], "many-sign-in-attempts")).toBeUndefined();
});

test("it looks for the event types of all apps that name some, and carries their examples", () => {
  const events = (eventType: string) => ({
    events: {
      "many-sign-in-attempts": { eventTypes: [eventType], examples: [{ name: eventType, events: [], alerts: 0 }] },
    },
  });
  const apps = [app("one", ["LOG_ON"], events("in")), app("two", ["LOG_ON"], events("enter"))];
  expect(found(apps, "many-sign-in-attempts")).toMatchObject({
    connectorSlugs: ["one", "two"],
    filter: { categories: ["LOG_ON"], eventTypes: ["in", "enter"] },
    examples: [
      { name: "in", connectorSlug: "one" },
      { name: "enter", connectorSlug: "two" },
    ],
  });
});

test("an app's own template looks at that app only", () => {
  const own = [{ ...templates[0]!, slug: "mine", filter: { eventTypes: ["taken"] } }];
  expect(found([app("one", ["USER"], { own })], "mine")).toMatchObject({
    connectorSlugs: ["one"],
    filter: { connectorSlugs: ["one"], eventTypes: ["taken"] },
  });
});

test("every template has a name of its own, and apps name event types only for templates that ask for them", async () => {
  const slugs = templates.map(({ slug }) => slug);
  expect(slugs.filter((slug, index) => slugs.indexOf(slug) !== index)).toEqual([]);
  for (const { manifest, templates: added } of await loadConnectors())
    for (const [slug, { eventTypes }] of Object.entries(added?.events ?? {}))
      expect([manifest.slug, slug, templates.find((one) => one.slug === slug)?.filter.eventTypes]).toEqual([
        manifest.slug,
        slug,
        expect.arrayContaining([...eventTypes]),
      ]);
});

test("the templates of the catalogue, and the apps they are for", () => {
  expect(Object.fromEntries(templates.map(({ slug, connectorSlugs }) => [slug, connectorSlugs]))).toMatchObject({
    "failed-sign-ins": expect.arrayContaining(["github", "okta", "workday", "workplace"]),
    "many-sign-in-attempts": expect.arrayContaining(["github", "okta", "workday", "workplace"]),
    "admin-rights-granted": expect.arrayContaining(["github", "okta"]),
    "second-factor-weakened": expect.arrayContaining(["github", "okta"]),
    "repeated-password-resets": ["okta"],
    "mass-download": ["github"],
    "mass-deletion": ["github"],
    "repository-made-public": ["github"],
  });
});
