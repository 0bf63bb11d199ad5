import { createHmac, randomUUID } from "node:crypto";
import { simpleUser } from "./people.ts";
import type { GithubTenant } from "./tenant.ts";

export interface Hook {
  id: number;
  active: boolean;
  events: string[];
  config: { url: string; content_type: string; insecure_ssl: string; secret?: string };
  createdAt: number;
  updatedAt: number;
  deliveries: HookDelivery[];
}

export interface HookDelivery {
  id: number;
  guid: string;
  delivered_at: string;
  redelivery: boolean;
  duration: number;
  status: string;
  status_code: number;
  event: string;
  action: string | null;
  /** What was sent, to send it again. */
  body: string;
}

/** Which webhook an audit entry is also told by: event, action, and what the payload carries. Most have none. */
const announced: Record<
  string,
  [
    event: string,
    action: string | null,
    subject: "membership" | "team" | "repository" | "member" | "installation" | "none",
  ]
> = {
  "org.add_member": ["organization", "member_added", "membership"],
  "org.remove_member": ["organization", "member_removed", "membership"],
  "org.invite_member": ["organization", "member_invited", "membership"],
  "org.block_user": ["org_block", "blocked", "none"],
  "org.unblock_user": ["org_block", "unblocked", "none"],
  "team.add_member": ["membership", "added", "team"],
  "team.remove_member": ["membership", "removed", "team"],
  "team.add_repository": ["team", "added_to_repository", "team"],
  "repo.create": ["repository", "created", "repository"],
  "repo.destroy": ["repository", "deleted", "repository"],
  "repo.archived": ["repository", "archived", "repository"],
  "repo.transfer": ["repository", "transferred", "repository"],
  "repo.access": ["repository", "publicized", "repository"],
  "repo.add_member": ["member", "added", "member"],
  "repo.remove_member": ["member", "removed", "member"],
  "integration_installation.create": ["installation", "created", "installation"],
  "personal_access_token.request_created": ["personal_access_token_request", "created", "none"],
  "protected_branch.create": ["branch_protection_rule", "created", "repository"],
  "protected_branch.destroy": ["branch_protection_rule", "deleted", "repository"],
  "repository_ruleset.create": ["repository_ruleset", "created", "repository"],
  "repository_ruleset.destroy": ["repository_ruleset", "deleted", "repository"],
  "git.push": ["push", null, "repository"],
};

/** The organization's webhooks and what was sent to them. GitHub does not repeat a failed delivery. */
export class Hooks {
  readonly all = new Map<number, Hook>();
  private nextId = 400_000_001;
  private nextDelivery = 12_000_000_001;
  private readonly tenant: GithubTenant;

  constructor(tenant: GithubTenant) {
    this.tenant = tenant;
  }

  create(config: Hook["config"], events: string[], active: boolean): Hook {
    const now = this.tenant.kit.now();
    const hook: Hook = { id: this.nextId++, active, events, config, createdAt: now, updatedAt: now, deliveries: [] };
    this.all.set(hook.id, hook);
    if (active) this.ping(hook);
    return hook;
  }

  ping(hook: Hook): void {
    const { tenant } = this;
    void this.send(
      hook,
      "ping",
      null,
      JSON.stringify({
        zen: "Keep it logically awesome.",
        hook_id: hook.id,
        hook: this.record(hook),
        organization: organization(tenant),
        sender: sender(tenant, tenant.owner),
      }),
      randomUUID(),
      false,
    );
  }

  /** Tells the hooks what an audit entry says. */
  announce(entry: Record<string, unknown>): void {
    const found = announced[entry.action as string];
    if (!found || this.all.size === 0) return;
    let [event, action, subject] = found;
    if (entry.action === "repo.access" && entry.visibility !== "public") action = "privatized";
    for (const hook of this.all.values()) {
      if (!hook.active || !(hook.events.includes(event) || hook.events.includes("*"))) continue;
      void this.send(
        hook,
        event,
        action,
        JSON.stringify(this.payload(entry, event, action, subject)),
        randomUUID(),
        false,
      );
    }
  }

  async redeliver(hook: Hook, delivery: HookDelivery): Promise<void> {
    await this.send(hook, delivery.event, delivery.action, delivery.body, delivery.guid, true);
  }

  record(hook: Hook): Record<string, unknown> {
    const url = `https://api.github.com/orgs/${this.tenant.org.login}/hooks/${hook.id}`;
    const { secret, ...config } = hook.config;
    return {
      id: hook.id,
      url,
      ping_url: `${url}/pings`,
      deliveries_url: `${url}/deliveries`,
      name: "web",
      events: hook.events,
      active: hook.active,
      config: secret ? { ...config, secret: "********" } : config,
      updated_at: new Date(hook.updatedAt).toISOString().replace(/\.\d+/, ""),
      created_at: new Date(hook.createdAt).toISOString().replace(/\.\d+/, ""),
      type: "Organization",
    };
  }

  private async send(
    hook: Hook,
    event: string,
    action: string | null,
    body: string,
    guid: string,
    redelivery: boolean,
  ): Promise<void> {
    const { url, secret } = hook.config;
    const delivery: HookDelivery = {
      id: this.nextDelivery++,
      guid,
      delivered_at: new Date(this.tenant.kit.now()).toISOString(),
      redelivery,
      duration: 0,
      status: "pending",
      status_code: 0,
      event,
      action,
      body,
    };
    hook.deliveries.push(delivery);
    if (hook.deliveries.length > 200) hook.deliveries.shift();
    const headers: Record<string, string> = {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/5a0c1b2",
      accept: "*/*",
      "x-github-event": event,
      "x-github-delivery": guid,
      "x-github-hook-id": String(hook.id),
      "x-github-hook-installation-target-type": "organization",
      "x-github-hook-installation-target-id": String(this.tenant.org.id),
    };
    if (secret) {
      headers["x-hub-signature"] = `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`;
      headers["x-hub-signature-256"] = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
    }
    const started = performance.now();
    const answer = await this.tenant.kit.deliver({ tenant: this.tenant, url, headers, body });
    delivery.duration = Math.round(performance.now() - started) / 1000;
    delivery.status_code = answer.status;
    delivery.status =
      answer.status === 0
        ? "failed to connect to host"
        : answer.status < 300
          ? "OK"
          : `Invalid HTTP Response: ${answer.status}`;
  }

  private payload(
    entry: Record<string, unknown>,
    event: string,
    action: string | null,
    subject: string,
  ): Record<string, unknown> {
    const { tenant } = this;
    const payload: Record<string, unknown> = action === null ? {} : { action };
    const user = { login: String(entry.user ?? ""), id: Number(entry.user_id ?? 0) };
    if (event === "push")
      Object.assign(payload, {
        ref: "refs/heads/main",
        before: "0".repeat(40),
        after: tenant.uuid(1, 20).replaceAll("-", "").padEnd(40, "a"),
        commits: [],
        pusher: { name: entry.actor },
      });
    if (event === "org_block") payload.blocked_user = simpleUser(user);
    if (subject === "membership")
      payload.membership = {
        url: `https://api.github.com/orgs/${tenant.org.login}/memberships/${user.login}`,
        state: action === "member_invited" ? "pending" : "active",
        role: "member",
        organization_url: `https://api.github.com/orgs/${tenant.org.login}`,
        user: simpleUser(user),
      };
    if (subject === "team")
      Object.assign(
        payload,
        { scope: "team", team: { name: String(entry.team).split("/")[1], slug: String(entry.team).split("/")[1] } },
        event === "membership" ? { member: simpleUser(user) } : {},
      );
    if (subject === "member") payload.member = simpleUser(user);
    if (subject === "installation")
      payload.installation = {
        id: tenant.grants.installations[0]?.id,
        app_slug: entry.integration,
        account: organization(tenant),
      };
    if (entry.repo && subject !== "membership") {
      const repo = tenant.repos.find(String(entry.repo).split("/")[1] ?? "");
      payload.repository = repo
        ? tenant.repos.record(repo, organization(tenant), tenant.kit.now())
        : { full_name: entry.repo };
    }
    payload.organization = organization(tenant);
    payload.sender = sender(tenant, String(entry.actor));
    return payload;
  }
}

export function organization(tenant: GithubTenant): Record<string, unknown> {
  const { login, id, node_id, url, avatar_url, description } = tenant.settings;
  return { login, id, node_id, url, avatar_url, description };
}

function sender(tenant: GithubTenant, login: string): Record<string, unknown> {
  return simpleUser(tenant.people.find(login) ?? { login, id: 41_898_282 });
}
