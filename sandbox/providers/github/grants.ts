import { mix } from "../../generator.ts";
import type { People } from "./people.ts";

export interface Installation {
  id: number;
  app_id: number;
  app_slug: string;
  client_id: string;
  repository_selection: "all" | "selected";
  permissions: Record<string, string>;
  events: string[];
  created_at: string;
  updated_at: string;
  suspended_at: string | null;
}

const apps: [string, Record<string, string>][] = [
  ["ci-runner", { contents: "write", actions: "write", metadata: "read" }],
  ["dependency-bot", { contents: "write", pull_requests: "write", metadata: "read" }],
  ["chat-notify", { issues: "read", pull_requests: "read", metadata: "read" }],
  ["code-review-ai", { contents: "read", pull_requests: "write", metadata: "read", members: "read" }],
  [
    "backup-vault",
    { contents: "read", administration: "read", organization_administration: "write", metadata: "read" },
  ],
];

/** What third parties and people's tokens may do in the organization. */
export class Grants {
  readonly installations: Installation[];
  /** Fine-grained tokens and authorized classic ones that have been revoked. */
  readonly revokedTokens = new Set<number>();
  readonly revokedCredentials = new Set<number>();
  private readonly seed: number;
  private readonly people: People;

  constructor(seed: number, people: People) {
    this.seed = seed;
    this.people = people;
    this.installations = apps.map(([slug, permissions], index) => ({
      id: 60_000_000 + index,
      app_id: 1000 + index,
      app_slug: slug,
      client_id: `Iv23li${mix(seed, index, 141).toString(36)}`,
      repository_selection: index % 2 ? "selected" : "all",
      permissions,
      events: index % 2 ? ["pull_request"] : ["push", "pull_request"],
      created_at: "2025-02-11T08:30:00Z",
      updated_at: "2026-06-01T08:30:00Z",
      suspended_at: null,
    }));
  }

  /** Every eighth member has a fine-grained token. */
  get tokenCount(): number {
    return Math.ceil(this.people.total / 8);
  }

  /** Every fifth member has authorized a classic token or a key. */
  get credentialCount(): number {
    return Math.ceil(this.people.total / 5);
  }

  token(index: number, now: number): { id: number; login: string; record: Record<string, unknown> } | undefined {
    const id = 25_000 + index;
    const owner = this.people.member(index * 8);
    if (
      index < 0 ||
      index >= this.tokenCount ||
      this.revokedTokens.has(id) ||
      this.people.removedMembers.has(owner.index)
    )
      return undefined;
    const ageDays = mix(this.seed, index, 142) % 200;
    return {
      id,
      login: owner.login,
      record: {
        id,
        owner: { login: owner.login, id: owner.id, type: "User", site_admin: false },
        repository_selection: index % 3 ? "subset" : "all",
        repositories_url: `https://api.github.com/organizations/personal-access-tokens/${id}/repositories`,
        permissions: {
          organization: index % 4 ? {} : { members: "read" },
          repository: { contents: index % 2 ? "read" : "write", metadata: "read" },
        },
        access_granted_at: date(now, ageDays),
        token_id: 800_000 + index,
        token_name: `deploy-${index}`,
        token_expired: false,
        token_expires_at: index % 5 ? date(now, -60) : null,
        token_last_used_at: date(now, Math.min(ageDays, mix(this.seed, index, 143) % 60)),
      },
    };
  }

  credential(index: number, now: number): { id: number; login: string; record: Record<string, unknown> } | undefined {
    const id = 161_000 + index;
    const owner = this.people.member(index * 5);
    if (
      index < 0 ||
      index >= this.credentialCount ||
      this.revokedCredentials.has(id) ||
      this.people.removedMembers.has(owner.index)
    )
      return undefined;
    const key = index % 4 === 3;
    const common = {
      login: owner.login,
      credential_id: id,
      credential_authorized_at: date(now, 100),
      credential_accessed_at: date(now, index % 40),
    };
    return {
      id,
      login: owner.login,
      record: key
        ? {
            ...common,
            credential_type: "SSH key",
            fingerprint: `SHA256:${mix(this.seed, index, 144).toString(36)}`,
            authorized_credential_title: "laptop",
          }
        : {
            ...common,
            credential_type: "personal access token",
            token_last_eight: mix(this.seed, index, 145).toString(16).padStart(8, "0"),
            scopes: index % 3 ? ["repo"] : ["repo", "admin:org"],
            authorized_credential_id: 900_000 + index,
            authorized_credential_note: "build",
            authorized_credential_expires_at: null,
          },
    };
  }
}

function date(now: number, daysAgo: number): string {
  return new Date(now - daysAgo * 86_400_000).toISOString().replace(/\.\d+/, "");
}
