import { describe, expect, test } from "vitest";
import type { ProviderActionKind } from "#src/connector-kit/contract/kinds.ts";
import { coded, subjects, withoutFacts } from "./facts.ts";

test("every coded connector has its facts", () => {
  const missing = withoutFacts.map((slug) => `test/connectors/${slug}/facts.ts`);
  expect(
    missing,
    "Write these files: each exports `facts: ConnectorFacts` of test/connectors/contract/facts.ts, which describes every field; " +
      "a neighbour's file shows how. Until then the contract suite proves nothing about the connector.",
  ).toEqual([]);
  expect(subjects).toHaveLength(coded.length);
});

describe.each(subjects)("$slug", ({ connector: { manifest, webhooks }, facts }) => {
  const declared = Object.entries(manifest.actions ?? {});

  test("has the facts of every declared action", () => {
    const tried = new Set<string>(Object.keys(facts.actions));
    for (const kind of tried) expect(Object.keys(manifest.actions ?? {}), "declared").toContain(kind);
    const undone = new Set<ProviderActionKind | undefined>(
      declared.filter(([kind]) => tried.has(kind)).map(([, fact]) => fact.undo),
    );
    const missing = declared
      .map(([kind]) => kind as ProviderActionKind)
      .filter((kind) => !tried.has(kind) && !undone.has(kind));
    expect(missing, "Add to `actions` of the facts file: whom to act on, and what the streams show of it.").toEqual([]);
  });

  test("has the facts of its webhook", () => {
    expect(
      facts.webhook !== undefined,
      "Add `webhook` to the facts file: an event that is delivered at once, and where its signature is.",
    ).toBe(webhooks !== undefined);
  });
});
