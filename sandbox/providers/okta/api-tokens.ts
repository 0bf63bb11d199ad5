import { idAt } from "../../generator.ts";
import { secretOf } from "../../keys.ts";
import type { People } from "../../kit/directory.ts";
import type { TenantOptions } from "../../provider.ts";
import { iso } from "./answers.ts";
import type { Status } from "./people.ts";

export interface ApiToken {
  id: string;
  name: string;
  /** Index of its owner among the users. */
  owner: number;
  secret: string;
  anywhere: boolean;
  lastUpdated: number;
}

const names = ["gatehouse", "user-sync", "old-import", "terraform"];

/** SSWS tokens; the first is the one the tenant's credentials give out. */
export class ApiTokens {
  readonly all: ApiToken[];
  readonly #people: People<Status>;

  constructor(options: Required<TenantOptions>, people: People<Status>) {
    this.#people = people;
    this.all = names.map((name, index) => ({
      id: idAt("00T", options.seed, index, 20),
      name,
      owner: Math.min(index === 2 ? 5 : index, people.count - 1),
      secret: `00${secretOf(options, `api token ${name}`, 40)}`,
      anywhere: index !== 3,
      lastUpdated: options.createdAt - index * 9 * 86_400_000,
    }));
  }

  get own(): ApiToken {
    return this.all[0] ?? ({ secret: "" } as ApiToken);
  }

  /** The live token with this secret; those of administrators who are no longer active are dead. */
  bySecret(secret: string): ApiToken | undefined {
    return this.all.find(
      (token) =>
        token.secret === secret &&
        this.#people.exists(token.owner) &&
        !["DEPROVISIONED", "SUSPENDED"].includes(this.#people.status(token.owner)),
    );
  }

  revoke(id: string): ApiToken | undefined {
    const position = this.all.findIndex((token) => token.id === id);
    return position < 0 ? undefined : this.all.splice(position, 1)[0];
  }

  record(token: ApiToken, origin: string): Record<string, unknown> {
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
