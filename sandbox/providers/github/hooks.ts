import { randomUUID } from "node:crypto";
import type { EventSource } from "../../kit/tenant.ts";
import { hmacHeader, SettledSubscription, type Signing, Webhooks } from "../../kit/webhooks.ts";
import type { Delivery, SandboxKit } from "../../provider.ts";
import { iso } from "./answers.ts";

export interface HookSettings {
  active: boolean;
  events: string[];
  config: { url: string; content_type: string; insecure_ssl: string; secret?: string };
}

/** A webhook of the organization. https://docs.github.com/en/webhooks */
export class Hook extends SettledSubscription<HookSettings> {
  get url(): string {
    return this.settings.config.url;
  }

  get active(): boolean {
    return this.settings.active;
  }

  get sign(): Signing {
    const { secret } = this.settings.config;
    if (!secret) return () => ({});
    const old = hmacHeader({ header: "x-hub-signature", algorithm: "sha1", prefix: "sha1=", secret });
    const present = hmacHeader({ header: "x-hub-signature-256", prefix: "sha256=", secret });
    return (message) => ({ ...old(message), ...present(message) });
  }

  wants(event: string): boolean {
    return this.settings.events.some((one) => one === event || one === "*");
  }

  /** `hooks`: the address of the organization's webhooks. The secret itself is never shown again. */
  record(hooks: string): Record<string, unknown> {
    const url = `${hooks}/${this.id}`;
    const { active, events, config } = this.settings;
    return {
      id: Number(this.id),
      url,
      ping_url: `${url}/pings`,
      deliveries_url: `${url}/deliveries`,
      name: "web",
      events,
      active,
      config: config.secret ? { ...config, secret: "********" } : config,
      updated_at: iso(this.updatedAt),
      created_at: iso(this.createdAt),
      type: "Organization",
    };
  }
}

/** Which webhook an audit entry is also sent as: event and action. Most have none. */
const announced: Record<string, [event: string, action: string | null]> = {
  "org.add_member": ["organization", "member_added"],
  "org.remove_member": ["organization", "member_removed"],
  "org.invite_member": ["organization", "member_invited"],
  "org.block_user": ["org_block", "blocked"],
  "org.unblock_user": ["org_block", "unblocked"],
  "team.add_member": ["membership", "added"],
  "team.remove_member": ["membership", "removed"],
  "team.add_repository": ["team", "added_to_repository"],
  "repo.create": ["repository", "created"],
  "repo.destroy": ["repository", "deleted"],
  "repo.archived": ["repository", "archived"],
  "repo.transfer": ["repository", "transferred"],
  "repo.access": ["repository", "publicized"],
  "repo.add_member": ["member", "added"],
  "repo.remove_member": ["member", "removed"],
  "integration_installation.create": ["installation", "created"],
  "personal_access_token.request_created": ["personal_access_token_request", "created"],
  "protected_branch.create": ["branch_protection_rule", "created"],
  "protected_branch.destroy": ["branch_protection_rule", "deleted"],
  "repository_ruleset.create": ["repository_ruleset", "created"],
  "repository_ruleset.destroy": ["repository_ruleset", "deleted"],
  "git.push": ["push", null],
};

/** An entry as a webhook sends it; undefined for those that have none. */
export function announcementOf(entry: Record<string, unknown>): { event: string; action: string | null } | undefined {
  const [event, action] = announced[entry.action as string] ?? [];
  if (event === undefined || action === undefined) return undefined;
  return { event, action: entry.action === "repo.access" && entry.visibility !== "public" ? "privatized" : action };
}

/** Headers of a delivery beside its signature. */
export function deliveryHeaders(hook: Hook, event: string, org: { id: number }): Record<string, string> {
  return {
    accept: "*/*",
    "user-agent": "GitHub-Hookshot/5a0c1b2",
    "x-github-event": event,
    "x-github-delivery": randomUUID(),
    "x-github-hook-id": hook.id,
    "x-github-hook-installation-target-type": "organization",
    "x-github-hook-installation-target-id": String(org.id),
  };
}

/** The webhooks of an organization. A failed delivery is not repeated. `read`: the entry with a number, and its payload. */
export function hooksOf(
  tenant: Delivery["tenant"] & EventSource & { org: { id: number } },
  kit: SandboxKit,
  read: (number: number) => { entry: Record<string, unknown>; payload: (event: string) => Record<string, unknown> },
): Webhooks<Hook> {
  return new Webhooks<Hook>(tenant, kit, {
    body(hook, number) {
      const { entry, payload } = read(number);
      const found = announcementOf(entry);
      if (!found || !hook.wants(found.event)) return undefined;
      return { ...(found.action !== null && { action: found.action }), ...payload(found.event) };
    },
    headers: (hook, number) => deliveryHeaders(hook, announcementOf(read(number).entry)?.event ?? "", tenant.org),
  });
}
