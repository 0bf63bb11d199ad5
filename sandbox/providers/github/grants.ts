import { mix } from "../../generator.ts";
import type { Listing } from "../../kit/paging.ts";
import { iso } from "./answers.ts";
import { type Account, type GithubPeople, simpleUser } from "./people.ts";

const dayMs = 86_400_000;
const firstInstallation = 60_000_000;
const firstToken = 25_000;
const firstCredential = 161_000;

const apps: [slug: string, permissions: Record<string, string>][] = [
  ["ci-runner", { contents: "write", actions: "write", metadata: "read" }],
  ["dependency-bot", { contents: "write", pull_requests: "write", metadata: "read" }],
  ["chat-notify", { issues: "read", pull_requests: "read", metadata: "read" }],
  ["code-review-ai", { contents: "read", pull_requests: "write", metadata: "read", members: "read" }],
  [
    "backup-vault",
    { contents: "read", administration: "read", organization_administration: "write", metadata: "read" },
  ],
];

/** Something of a person that may reach the organization. */
export interface Grant {
  id: number;
  owner: Account;
  record: Record<string, unknown>;
}

/** Installed apps, fine-grained tokens and authorized classic ones. What is revoked is no longer listed. */
export class Grants {
  readonly #revoked = new Set<number>();
  readonly #seed: number;
  readonly #people: GithubPeople;
  readonly #createdAt: number;

  constructor(seed: number, people: GithubPeople, createdAt: number) {
    this.#seed = seed;
    this.#people = people;
    this.#createdAt = createdAt;
  }

  installations(org: { login: string; id: number }): Record<string, unknown>[] {
    return apps.flatMap(([app_slug, permissions], index) => {
      const id = firstInstallation + index;
      if (this.#revoked.has(id)) return [];
      return {
        id,
        account: simpleUser(org, "Organization"),
        repository_selection: index % 2 ? "selected" : "all",
        access_tokens_url: `https://api.github.com/app/installations/${id}/access_tokens`,
        repositories_url: "https://api.github.com/installation/repositories",
        html_url: `https://github.com/organizations/${org.login}/settings/installations/${id}`,
        app_id: 1000 + index,
        client_id: `Iv23li${mix(this.#seed, index, 141).toString(36)}`,
        app_slug,
        target_id: org.id,
        target_type: "Organization",
        permissions,
        events: index % 2 ? ["pull_request"] : ["push", "pull_request"],
        created_at: "2025-02-11T08:30:00Z",
        updated_at: "2026-06-01T08:30:00Z",
        single_file_name: null,
        suspended_by: null,
        suspended_at: null,
      };
    });
  }

  /** Every eighth member has a fine-grained token. */
  get tokens(): Listing<Grant> {
    return { count: Math.ceil(this.#people.members.count / 8), at: (index) => this.#token(index) };
  }

  /** Every fifth member has authorized a classic token or a key. */
  get credentials(): Listing<Grant> {
    return { count: Math.ceil(this.#people.members.count / 5), at: (index) => this.#credential(index) };
  }

  token(id: number): Grant | undefined {
    return this.#token(id - firstToken);
  }

  credential(id: number): Grant | undefined {
    return this.#credential(id - firstCredential);
  }

  /** Of any kind: their numbers do not meet. */
  revoke(id: number): void {
    this.#revoked.add(id);
  }

  #token(index: number): Grant | undefined {
    const id = firstToken + index;
    const owner = this.#owner(id, index * 8);
    if (!owner) return undefined;
    const age = mix(this.#seed, index, 142) % 200;
    const record = {
      id,
      owner: simpleUser(owner),
      repository_selection: index % 3 ? "subset" : "all",
      repositories_url: `https://api.github.com/organizations/personal-access-tokens/${id}/repositories`,
      permissions: {
        organization: index % 4 ? {} : { members: "read" },
        repository: { contents: index % 2 ? "read" : "write", metadata: "read" },
      },
      access_granted_at: this.#daysAgo(age),
      token_id: 800_000 + index,
      token_name: `deploy-${index}`,
      token_expired: false,
      token_expires_at: index % 5 ? this.#daysAgo(-60) : null,
      token_last_used_at: this.#daysAgo(Math.min(age, mix(this.#seed, index, 143) % 60)),
    };
    return { id, owner, record };
  }

  #credential(index: number): Grant | undefined {
    const id = firstCredential + index;
    const owner = this.#owner(id, index * 5);
    if (!owner) return undefined;
    const common = {
      login: owner.login,
      credential_id: id,
      credential_authorized_at: this.#daysAgo(100),
      credential_accessed_at: this.#daysAgo(index % 40),
      authorized_credential_id: 900_000 + index,
    };
    const key = {
      credential_type: "SSH key",
      fingerprint: `SHA256:${mix(this.#seed, index, 144).toString(36)}`,
      authorized_credential_title: "laptop",
    };
    const token = {
      credential_type: "personal access token",
      token_last_eight: mix(this.#seed, index, 145).toString(16).padStart(8, "0"),
      scopes: index % 3 ? ["repo"] : ["repo", "admin:org"],
      authorized_credential_note: "build",
      authorized_credential_expires_at: null,
    };
    return { id, owner, record: { ...common, ...(index % 4 === 3 ? key : token) } };
  }

  #owner(id: number, member: number): Account | undefined {
    const { members } = this.#people;
    return members.exists(member) && !this.#revoked.has(id) ? this.#people.member(member) : undefined;
  }

  #daysAgo(days: number): string {
    return iso(this.#createdAt - days * dayMs);
  }
}
