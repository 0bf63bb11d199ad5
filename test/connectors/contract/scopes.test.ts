import { describe, expect, test } from "vitest";
import type { StreamItem } from "#src/connector-kit/contract/records.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { allBut, modesOf, streamsOf, subjects } from "./facts.ts";
import { openStage, startOf } from "./stage.ts";

const stage = openStage();
const isUnreadable = (item: StreamItem): boolean => "unreadable" in item;

/** The sandbox refuses each call whose scope is missing: a stream that ends well has asked for no more than it declares. */
describe.each(subjects)("$slug", (subject) => {
  const { connector, facts } = subject;
  const { manifest } = connector;
  const from = startOf(subject, "small");

  test.each(streamsOf(subject))("%s needs no other scopes than it declares", async (stream) => {
    const tenant = await stage.tenant(subject);
    const live = await stage.connect(subject, tenant);
    const declared = manifest.streams[stream]!.scopes;
    const undeclared = facts.undeclaredScopes?.[stream];
    await tenant.setFaults({ missingScopes: allBut(subject, declared) });
    if (undeclared) {
      await expect(live.read(stream, { from })).rejects.toThrow(ProviderScopeError);
      await tenant.setFaults({ missingScopes: allBut(subject, [...declared, ...undeclared]) });
    }
    await live.read(stream, { from });
  });

  test.each(modesOf(subject))("what mode %s asks for covers every stream", async (mode) => {
    const tenant = await stage.tenant(subject);
    const live = await stage.connect(subject, tenant, { mode });
    expect((await connector.testConnection(live.context)).missingScopes).toEqual([]);
    for (const stream of streamsOf(subject)) {
      const { items } = await live.read(stream, { from });
      const unreadable = items.filter(isUnreadable).map((item) => (item as { key: string }).key);
      if (stream === "POSTURE") expect(unreadable).toEqual(facts.modes[mode]!.unreadable ?? []);
    }
  });

  test("what is asked for holds every scope of every stream and action, each once", () => {
    const scopes = wantedScopes(manifest, {}, []);
    expect(new Set(scopes).size).toBe(scopes.length);
    for (const fact of [...Object.values(manifest.streams), ...Object.values(manifest.actions ?? {})])
      if (!fact.when) for (const scope of fact.scopes) expect(scopes).toContain(scope);
  });
});
