import { describe, expect, test } from "vitest";
import type { ActionResult } from "#src/connector-kit/contract/actions.ts";
import type { ProviderActionKind } from "#src/connector-kit/contract/kinds.ts";
import { ProviderScopeError } from "#src/errors.ts";
import type { Live } from "../live.ts";
import { type ActionFacts, allBut, subjects, type Target } from "./facts.ts";
import { openStage } from "./stage.ts";

const stage = openStage();

type Stated = [ProviderActionKind, ActionFacts];

const acting = subjects.filter(({ facts }) => Object.keys(facts.actions).length > 0);

describe.each(acting)("$slug", (subject) => {
  const { connector, facts } = subject;
  const stated = Object.entries(facts.actions) as Stated[];

  async function open({ mode, settings, target }: ActionFacts) {
    const tenant = await stage.tenant(subject);
    const live = await stage.connect(subject, tenant, { ...(mode ? { mode } : {}), ...(settings ? { settings } : {}) });
    return { tenant, live, target: await target(live, tenant) };
  }

  test.each(stated)(
    "%s, with its scopes alone, changes something once, shows it, and is undone where it says so",
    async (kind, action) => {
      const opened = await open(action);
      const { tenant, live } = opened;
      const kept: unknown[] = [];
      const target: Target = { ...opened.target, remember: async (state) => void kept.push(state) };
      const shown = async () => action.shows?.(live, target);
      const before = await shown();

      // The sandbox refuses a call whose scope is missing: with the declared ones alone, no other is asked for.
      const { scopes, undo } = connector.manifest.actions![kind]!;
      const undeclared = facts.undeclaredScopes?.[kind] ?? [];
      if (undeclared.length > 0) {
        await tenant.setFaults({ missingScopes: allBut(subject, scopes) });
        await expect(run(live, kind, target)).rejects.toThrow(ProviderScopeError);
      }
      await tenant.setFaults({ missingScopes: allBut(subject, [...scopes, ...undeclared]) });
      const { changed, before: replaced } = await run(live, kind, target);
      expect(changed, "the first time").toBe(true);
      await tenant.setFaults({});
      const after = await shown();
      if (action.shows) expect(after).not.toEqual(before);
      expect((await run(live, kind, target)).changed, "the second time").toBe(action.repeats !== undefined);
      // After a worker's death it tells whether the account was suspended by us.
      if (kind === "SUSPEND_USER")
        expect(kept, "the state is kept before it is changed, and only then").toHaveLength(1);
      expect(await shown()).toEqual(after);

      if (!undo) return;
      const reversal = { ...target, parameters: { before: replaced ?? {} } };
      expect((await run(live, undo, reversal)).changed, "undone").toBe(true);
      expect((await run(live, undo, reversal)).changed, "undone again").toBe(false);
      if (kind === "SUSPEND_USER") expect(kept, "the state is kept before it is undone, and only then").toHaveLength(2);
      expect(await shown()).toEqual(before);
    },
  );
});

function run({ connector, context }: Live, kind: ProviderActionKind, target: Target): Promise<ActionResult> {
  return connector.actions[kind]!(context, { parameters: {}, ...target });
}
