import { idAt } from "../../generator.ts";
import type { App, Apps } from "./apps.ts";
import type { People } from "./people.ts";

const scopes = ["offline_access", "okta.users.read.self"];

/** What people consented to: every sixth user let the org chart in. */
export class Consents {
  private readonly revoked = new Set<string>();
  private readonly seed: number;
  private readonly people: People;
  private readonly apps: Apps;

  constructor(seed: number, people: People, apps: Apps) {
    this.seed = seed;
    this.people = people;
    this.apps = apps;
  }

  /** Apps the user has let in. */
  clients(user: number): App[] {
    const app = this.apps.all.find(({ label }) => label === "Org chart");
    return user % 6 === 0 && app && (this.grants(user, app).length > 0 || this.tokens(user, app).length > 0)
      ? [app]
      : [];
  }

  grants(
    user: number,
    app: App | undefined = this.apps.all.find(({ label }) => label === "Org chart"),
  ): { id: string; scope: string; app: App }[] {
    if (user % 6 !== 0 || !app || app.label !== "Org chart") return [];
    return scopes
      .map((scope, position) => ({ id: idAt("oag", this.seed, 1_000_000 + user * 2 + position, 20), scope, app }))
      .filter(({ id }) => !this.revoked.has(id));
  }

  tokens(user: number, app: App): { id: string; scopes: string[] }[] {
    if (user % 6 !== 0 || app.label !== "Org chart") return [];
    return [{ id: idAt("oar", this.seed, user, 20), scopes }].filter(({ id }) => !this.revoked.has(id));
  }

  revoke(id: string): void {
    this.revoked.add(id);
  }

  grantRecord(user: number, grant: { id: string; scope: string; app: App }, origin: string): Record<string, unknown> {
    return {
      id: grant.id,
      status: "ACTIVE",
      created: "2026-02-01T09:00:00.000Z",
      lastUpdated: "2026-02-01T09:00:00.000Z",
      issuer: origin,
      clientId: grant.app.id,
      userId: this.people.idOf(user),
      scopeId: grant.scope,
      source: "END_USER",
    };
  }

  tokenRecord(
    user: number,
    token: { id: string; scopes: string[] },
    app: App,
    origin: string,
  ): Record<string, unknown> {
    return {
      id: token.id,
      status: "ACTIVE",
      created: "2026-02-01T09:00:00.000Z",
      lastUpdated: "2026-02-01T09:00:00.000Z",
      expiresAt: "2027-02-01T09:00:00.000Z",
      issuer: origin,
      clientId: app.id,
      userId: this.people.idOf(user),
      scopes: token.scopes,
    };
  }
}
