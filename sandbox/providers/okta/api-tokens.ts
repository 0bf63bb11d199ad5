import { secretOf } from "../../keys.ts";
import { type ApiToken, ApiTokens } from "../../kit/api-tokens.ts";
import type { People } from "../../kit/directory.ts";
import { ids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { iso } from "./answers.ts";
import type { Status } from "./people.ts";

export interface OktaToken extends ApiToken {
  /** Index of its owner among the users. */
  owner: number;
  anywhere: boolean;
  lastUpdated: number;
}

const names = ["gatehouse", "user-sync", "old-import", "terraform"];

/** SSWS tokens, with the rights of their owners; the first is the one the tenant's credentials give out. */
export class OktaTokens extends ApiTokens<OktaToken> {
  readonly #people: People<Status>;

  constructor(options: Required<TenantOptions>, people: People<Status>) {
    const tokens = names.map((name, index) => ({
      id: ids("00T", options.seed, 20).idOf(index),
      name,
      owner: Math.min(index === 2 ? 5 : index, people.count - 1),
      secret: `00${secretOf(options, `api token ${name}`, 40)}`,
      scopes: [],
      anywhere: index !== 3,
      lastUpdated: options.createdAt - index * 9 * 86_400_000,
    }));
    // Those of administrators who are no longer active are dead.
    super(
      tokens,
      ({ owner }) => people.exists(owner) && !["DEPROVISIONED", "SUSPENDED"].includes(people.status(owner)),
    );
    this.#people = people;
  }

  get own(): OktaToken {
    return this.all[0] ?? ({ secret: "" } as OktaToken);
  }

  record(token: OktaToken, origin: string): Record<string, unknown> {
    return {
      id: token.id,
      name: token.name,
      userId: this.#people.idOf(token.owner),
      clientName: "Okta API",
      tokenWindow: "P30D",
      network: token.anywhere ? { connection: "ANYWHERE" } : { connection: "ZONE", include: ["nzo1offices"] },
      created: "2025-08-01T09:00:00.000Z",
      expiresAt: iso(token.lastUpdated + 30 * 86_400_000),
      lastUpdated: iso(token.lastUpdated),
      _link: { self: { href: `${origin}/api/v1/api-tokens/${token.id}` } },
    };
  }
}
