import type { Context } from "./context.ts";

export interface ActionTarget {
  user?: { externalId: string; login: string | null; email: string | null };
  oauthApp?: { externalId: string };
  /** Of an action on one person's grant of an app: what the stream recorded that revoking it needs (`reference` of the grant item). */
  grant?: { reference: string | null };
  /** `container`: where the inventory last saw the file; null for one that it does not know. */
  file?: { externalId: string; container: string | null };
  parameters: Record<string, unknown>;
  /**
   * Keeps the state before the first change, for a revert: a worker that dies between a change and its result is followed by one that reads the
   * state behind it. Only the first is kept. `ensure` calls it; an action that changes without it calls it itself.
   */
  remember?: (before: Record<string, unknown>) => Promise<void>;
  /** Of an action that answered `pending` before: the reference to ask with. Nothing is asked for a second time. */
  pending?: string;
}

/** `changed: false` — the provider was already in that state (so a retry after a crash is harmless). `before` is what a revert needs. */
export interface ActionResult {
  changed: boolean;
  before?: Record<string, unknown>;
  /** The provider still works on it: the action is asked again at `checkAt`, with `reference` as `pending`. No worker waits. */
  pending?: { reference: string; checkAt: Date };
}
export type ActionFunction = (context: Context, target: ActionTarget) => Promise<ActionResult>;
