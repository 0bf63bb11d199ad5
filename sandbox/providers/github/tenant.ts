import { mix, pick, uuidAt } from "../../generator.ts";
import { rsaKeyOf, secretOf } from "../../keys.ts";
import { completeOptions } from "../../options.ts";
import type { Faults, SandboxEvent, SandboxKit, Tenant, TenantOptions } from "../../provider.ts";
import { Timeline } from "../../timeline.ts";
import { Limiter } from "../../trouble.ts";
import { change } from "./changes.ts";
import type { EventNote, EventSource } from "./events.ts";
import { actionOf, actorOf, auditEntry, documentIdOf } from "./events.ts";
import { Grants } from "./grants.ts";
import { Hooks } from "./hooks.ts";
import { People } from "./people.ts";
import { Repos } from "./repos.ts";
import { orgSettings } from "./settings.ts";
import { WebFlow } from "./web-flow.ts";

const teamNames = "platform web mobile data security design infra release support research finance field".split(" ");

/** One organization on GitHub Enterprise Cloud, in an enterprise with managed users. */
export class GithubTenant implements Tenant, EventSource {
  readonly options: Required<TenantOptions>;
  readonly calls = new Map<string, number>();
  faults: Faults = {};
  readonly kit: SandboxKit;
  readonly seed: number;
  readonly org: { login: string; id: number };
  readonly enterprise: { slug: string; id: number };
  readonly gitSince: number;
  readonly people: People;
  readonly repos: Repos;
  readonly grants: Grants;
  readonly hooks: Hooks;
  readonly web: WebFlow;
  readonly timeline: Timeline<EventNote>;
  /** Numbers of the entries that were written late, by their `@timestamp`. */
  readonly late: { at: number; number: number }[] = [];
  readonly settings: Record<string, unknown>;
  readonly limiter = new Limiter(3_600_000);
  /** Login of the owner whose token or consent is used. */
  readonly owner: string;
  appSuspended = false;

  constructor(options: TenantOptions, kit: SandboxKit) {
    this.options = completeOptions(options, kit.now());
    this.kit = kit;
    const { name, seed, users } = this.options;
    this.seed = seed;
    this.org = { login: name, id: 9_000_000 + (mix(seed, 1, 131) % 900_000) };
    this.enterprise = { slug: `${name}-ent`, id: 7000 + (mix(seed, 2, 131) % 900) };
    this.gitSince = this.options.createdAt - 7 * 86_400_000;
    this.people = new People(seed, name, users);
    this.repos = new Repos(seed, users);
    this.grants = new Grants(seed, this.people);
    this.hooks = new Hooks(this);
    this.web = new WebFlow();
    this.timeline = new Timeline(this.options);
    this.settings = orgSettings(this.options, this.org, this.enterprise);
    this.owner = this.people.member(0).login;
  }

  get groups(): number {
    return this.options.groups;
  }

  teamName(index: number): string {
    const round = Math.floor(index / teamNames.length);
    return `${pick(teamNames, index)}${round === 0 ? "" : `-${round + 1}`}`;
  }

  eventCount(): number {
    return this.timeline.count;
  }

  events(offset: number, limit: number): SandboxEvent[] {
    const end = Math.min(this.timeline.count, offset + limit);
    return Array.from({ length: Math.max(0, end - offset) }, (_, position) => this.event(offset + position));
  }

  event(number: number): SandboxEvent {
    const at = this.timeline.timeAt(number);
    const note = this.timeline.noteAt(number);
    // The whole entry is built so that the oracle cannot disagree with the API.
    const entry = this.entry(number);
    return {
      id: documentIdOf(this, number, at),
      type: actionOf(this, number, at, note),
      at: note?.backdatedTo ?? at,
      actor: String(entry.actor ?? actorOf(this, number, "", note).login),
    };
  }

  entry(number: number): Record<string, unknown> {
    return auditEntry(this, number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  userCount(): number {
    return this.people.memberCount;
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.members(offset, limit).map((account) => String(account.id));
  }

  emit(partial: { type?: string; actor?: string; ip?: string; outcome?: "success" | "failure" } = {}): SandboxEvent {
    const note: EventNote = {};
    if (partial.type) note.action = partial.type;
    if (partial.actor) note.actor = partial.actor;
    if (partial.ip) note.ip = partial.ip;
    if (partial.outcome === "failure") note.failure = true;
    return this.append(Object.keys(note).length === 0 ? undefined : note);
  }

  /** Writes what an API call or a change by hand did. */
  record(action: string, actor: string, fields: Record<string, unknown> = {}): SandboxEvent {
    return this.append({ action, actor, fields });
  }

  append(note: EventNote | undefined): SandboxEvent {
    const number = this.timeline.append(this.kit.now(), note);
    if (note?.backdatedTo !== undefined) {
      this.late.push({ at: note.backdatedTo, number });
      this.late.sort((a, b) => a.at - b.at || a.number - b.number);
    }
    if (this.hooks.all.size > 0) this.hooks.announce(this.entry(number));
    return this.event(number);
  }

  change(what: string, parameters: Record<string, unknown>): unknown {
    return change(this, what, parameters);
  }

  credentials(): Record<string, string> {
    return {
      clientId: `Iv1.${secretOf(this.options, "client id", 16)}`,
      clientSecret: secretOf(this.options, "client secret", 40),
      appId: String(300_000 + (mix(this.seed, 3, 131) % 90_000)),
      installationId: String(50_000_000 + (mix(this.seed, 4, 131) % 900_000)),
      privateKey: rsaKeyOf(this.options, "github app").privatePem,
      personalAccessToken: `ghp_${secretOf(this.options, "personal access token", 36)}`,
      webhookSecret: secretOf(this.options, "webhook", 32),
      org: this.org.login,
      enterprise: this.enterprise.slug,
    };
  }

  uuid(index: number, salt: number): string {
    return uuidAt(this.seed, index, salt);
  }
}
