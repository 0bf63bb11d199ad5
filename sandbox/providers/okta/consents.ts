import { idAt } from "../../generator.ts";
import type { Apps } from "./apps.ts";

const scopes = ["offline_access", "okta.users.read.self"];

export interface Consented {
  id: string;
  client: string;
  scopes: string[];
}

const dates = { created: "2026-02-01T09:00:00.000Z", lastUpdated: "2026-02-01T09:00:00.000Z" };

/** What people consented to: every sixth user let the org chart in. Without a client, of all clients. */
export class Consents {
  readonly #revoked = new Set<string>();
  readonly #seed: number;
  readonly #orgChart: string;

  constructor(seed: number, apps: Apps) {
    this.#seed = seed;
    this.#orgChart = apps.all.find(({ label }) => label === "Org chart")?.id ?? "";
  }

  grants(user: number, client?: string): Consented[] {
    return this.#live(
      user,
      client,
      scopes.map((scope, position) => ({
        id: idAt("oag", this.#seed, 1_000_000 + user * 2 + position, 20),
        scopes: [scope],
      })),
    );
  }

  tokens(user: number, client?: string): Consented[] {
    return this.#live(user, client, [{ id: idAt("oar", this.#seed, user, 20), scopes }]);
  }

  revokeGrants(user: number, client?: string): void {
    for (const { id } of this.grants(user, client)) this.#revoked.add(id);
  }

  revokeTokens(user: number, client?: string): void {
    for (const { id } of this.tokens(user, client)) this.#revoked.add(id);
  }

  grantRecord(userId: string, { id, client, scopes }: Consented, origin: string): Record<string, unknown> {
    const [scopeId] = scopes;
    return { id, status: "ACTIVE", ...dates, issuer: origin, clientId: client, userId, scopeId, source: "END_USER" };
  }

  tokenRecord(userId: string, { id, client, scopes }: Consented, origin: string): Record<string, unknown> {
    const expiresAt = "2027-02-01T09:00:00.000Z";
    return { id, status: "ACTIVE", ...dates, expiresAt, issuer: origin, clientId: client, userId, scopes };
  }

  #live(user: number, client: string | undefined, all: Omit<Consented, "client">[]): Consented[] {
    if (user % 6 !== 0 || (client !== undefined && client !== this.#orgChart)) return [];
    return all.filter(({ id }) => !this.#revoked.has(id)).map((one) => ({ ...one, client: this.#orgChart }));
  }
}
