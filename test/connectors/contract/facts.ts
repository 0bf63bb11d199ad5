/** What a connector adds to the contract suite: facts about its sandbox tenant, in `test/connectors/<slug>/facts.ts`. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { ProviderActionKind, ScanStream } from "#src/connector-kit/contract/kinds.ts";
import { loadConnectors } from "#src/connectors/index.ts";
import type { SandboxEvent, TenantOptions } from "../../../sandbox/provider.ts";
import type { EmitOptions, SandboxTenant } from "../../support/sandbox.ts";
import type { Live } from "../live.ts";

type Credentials = Readonly<Record<string, string>>;
type TenantSize = Omit<TenantOptions, "provider" | "name" | "seed" | "createdAt" | "unlimited">;

export interface ConnectorFacts {
  tenants: {
    /** Enough for several pages of people and of the log: what is read whole, resumed and led in circles. */
    large: TenantSize;
    /** At least three records of every kind: where something goes wrong. */
    small: TenantSize;
  };
  /** Ways to sign in, by name. The first is the one that can do most; every test that does not choose uses it. */
  modes: Readonly<Record<string, ModeFacts>>;
  /** Scopes that include others: without the smaller one, the larger is taken away as well. */
  implied?: Readonly<Record<string, readonly string[]>>;
  /** Scopes that the connection test cannot prove: why. */
  unprovedScopes?: Readonly<Record<string, string>>;
  /**
   * A fault of the connector that is known: scopes that a stream or action needs and does not declare. The suite fails once they are declared
   * or no longer needed, so that the entry goes.
   */
  undeclaredScopes?: Readonly<Partial<Record<ScanStream | ProviderActionKind, readonly string[]>>>;
  /** Where accounts are otherwise than usual. `atOnce`: all come in one answer. `suspended`: the provider knows no such state. */
  people?: { atOnce?: true; suspended?: false };
  /** False where the provider does not say when to come back. */
  namesRetryTime: boolean;
  /** Why the provider names apps and nobody who uses them. Absent: it names both. */
  appsWithoutGrants?: string;
  log: LogFacts;
  /** By declared action. What another one's `undo` names is tried with that one. */
  actions: Readonly<Partial<Record<ProviderActionKind, ActionFacts>>>;
  /** With `webhooks` in the manifest. */
  webhook?: WebhookFacts;
}

export interface ModeFacts {
  /** What an admin types in. */
  settings: (credentials: Credentials) => Record<string, string | undefined>;
  /** Of a mode with consent in the browser: the fields of the consent page beside `decision`. */
  consent?: (credentials: Credentials) => Record<string, string>;
  /** Whether a refused access token is replaced by another without a person. */
  renews: boolean;
  /** Settings that the scopes of this mode do not cover, and that posture may leave unknown. */
  unreadable?: readonly string[];
}

export interface LogFacts {
  /** False where activities come by webhook only, or not at all. */
  pulled: boolean;
  /** Our ids of these events of the sandbox, oldest first. Default: the sandbox's own. */
  ids?: (events: readonly SandboxEvent[]) => string[];
  /** The log has no ids of accounts: it names people by sign-in name only. */
  namesOnly?: true;
  /** The type of a sign-in that succeeds, as the sandbox takes it. */
  signIn: string;
  /** False where the provider reports no sign-in that failed. */
  failedSignIns?: false;
}

export type Target = Omit<ActionTarget, "parameters"> & { parameters?: Record<string, unknown> };

export interface ActionFacts {
  mode?: string;
  /** On top of the mode's, where the action is off without them. */
  settings?: Record<string, string>;
  target: (live: Live, tenant: SandboxTenant) => Promise<Target>;
  /** What the streams show of it: another value after the action, and the first again after its undo. Absent: nothing shows. */
  shows?: (live: Live, target: Target) => Promise<unknown>;
  /** Why doing it a second time changes something again: the provider shows no state to compare with. */
  repeats?: string;
}

export interface WebhookFacts {
  mode?: string;
  /** Of webhooks that an admin enters by hand: enters our address at the provider. */
  enter?: (tenant: SandboxTenant, hook: { url: string; secret: string }) => Promise<unknown>;
  /** An event that is delivered at once. */
  event: EmitOptions;
  /** The header with the signature or the secret. */
  signature: string;
  /** Of a provider that sends the secret in its JSON: `signature` is its place there, `value.0.clientState`. */
  inBody?: true;
  /** False where the header is the same whatever the body holds. */
  coversBody: boolean;
  /** How old a signed delivery may be; null where the provider signs no time, so that only its id tells a replay. */
  maxAgeSeconds: number | null;
  /** What a delivery brings. */
  brings: "activities" | "refresh";
}

export interface Subject {
  slug: string;
  connector: Connector;
  facts: ConnectorFacts;
}

export const coded: readonly Connector[] = await loadConnectors();

const fileOf = (slug: string) => new URL(`../${slug}/facts.ts`, import.meta.url);

/** Coded connectors without facts; a test of the suite fails for each. */
export const withoutFacts: readonly string[] = coded
  .map(({ manifest }) => manifest.slug)
  .filter((slug) => !existsSync(fileOf(slug)));

/** What the suite runs over. */
export const subjects: readonly Subject[] = await Promise.all(
  coded
    .filter(({ manifest }) => !withoutFacts.includes(manifest.slug))
    .map(async (connector) => {
      const { slug } = connector.manifest;
      const { facts } = (await import(fileOf(slug).href)) as { facts: ConnectorFacts };
      return { slug, connector, facts };
    }),
);

export function subjectOf(slug: string): Subject {
  const subject = subjects.find((one) => one.slug === slug);
  if (!subject) throw new Error(`There are no facts of ${slug}`);
  return subject;
}

export const streamsOf = ({ connector }: Subject): ScanStream[] => Object.keys(connector.streams) as ScanStream[];
export const modesOf = ({ facts }: Subject): string[] => Object.keys(facts.modes);

/** True of a stream whose complete pass names everything there is: what it no longer names was deleted. */
export function isListing({ connector }: Subject, stream: ScanStream): boolean {
  return stream !== "ACTIVITIES" && connector.manifest.streams[stream]?.fullListing !== false;
}

/**
 * Whether a connector's code imports one of these modules of the kit. What the kit promises is asked of those that use it, and of each the
 * moment it does.
 */
export function usesKit({ slug }: Subject, ...modules: readonly string[]): boolean {
  const folder = fileURLToPath(new URL(`../../../src/connectors/${slug}/`, import.meta.url));
  const used = new RegExp(`/connector-kit/(${modules.join("|")})\\.ts"`);
  return globSync("**/*.ts", { cwd: folder }).some((file) => used.test(readFileSync(folder + file, "utf8")));
}

/** Every scope that streams and actions of a connector declare. */
export function scopesOf({ connector }: Subject): string[] {
  const { streams, actions = {} } = connector.manifest;
  return [...new Set([...Object.values(streams), ...Object.values(actions)].flatMap(({ scopes }) => scopes))];
}

/** What is missing when these scopes are: they, and all that include one of them. */
export function without({ facts: { implied = {} } }: Subject, scopes: readonly string[]): string[] {
  const larger = Object.keys(implied).filter((scope) => implied[scope]!.some((inner) => scopes.includes(inner)));
  return [...new Set([...scopes, ...larger])];
}

/** What is missing when a credential has these scopes only. */
export function allBut(subject: Subject, scopes: readonly string[]): string[] {
  const kept = [...scopes, ...scopes.flatMap((scope) => subject.facts.implied?.[scope] ?? [])];
  return scopesOf(subject).filter((scope) => !kept.includes(scope));
}
