import { ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, objectOf, valueAt } from "#src/connector-kit/record.ts";
import { enterpriseOf } from "./api.ts";
import type { Collaboration } from "./collaborations.ts";

/** The accounts of apps have addresses at Box itself. */
export function isAppAddress(email: string | null): boolean {
  return /@boxdevedition\.com$/i.test(email ?? "");
}

/** Which accounts are of the enterprise; each is asked for once. */
export class Ownership {
  readonly #context: Context;
  readonly #known = new Map<string, boolean>();
  #enterprise: string | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  async isOurs(userId: string): Promise<boolean> {
    const known = this.#known.get(userId);
    if (known !== undefined) return known;
    this.#enterprise ??= await enterpriseOf(this.#context);
    const url = `/2.0/users/${encodeURIComponent(userId)}?fields=enterprise`;
    const user = await ifThere(async () => objectOf((await this.#context.http.get(url)).body));
    const isOurs = idOf(valueAt(user, "enterprise.id")) === this.#enterprise;
    this.#known.set(userId, isOurs);
    return isOurs;
  }

  /** An app's address lies outside of every enterprise's domains: an app of ours is left without it. */
  async withoutOurApps(collaborations: readonly Collaboration[]): Promise<Collaboration[]> {
    const judged: Collaboration[] = [];
    for (const one of collaborations) {
      const isApp = one.accountId !== null && isAppAddress(one.email);
      const isOurApp = isApp && (await this.isOurs(one.accountId ?? ""));
      judged.push(isOurApp ? { ...one, email: null } : one);
    }
    return judged;
  }
}
