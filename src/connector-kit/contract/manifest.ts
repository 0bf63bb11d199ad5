import type { RateLimitFact, RateLimitRule } from "#src/platform/http/rate-limit.ts";
import type {
  AccountType,
  ActivityCategory,
  AuthorizationKind,
  CapabilityKind,
  CapabilitySupport,
  ConnectorLifecycle,
  ProviderActionKind,
  ScanStream,
} from "./kinds.ts";

/** Values of a connector's settings by name, as an admin typed them and `normaliseSettings` tidied them. */
export type Settings = Readonly<Record<string, string>>;

export interface SettingFact {
  label: string;
  help?: string;
  /** Encrypted at rest, never returned by any API. */
  secret?: boolean;
  /** Whether a value must be supplied. Default true. */
  required?: boolean;
  options?: readonly string[];
  /** The whole value must match; `example` is shown when it does not. */
  pattern?: RegExp;
  example?: string;
  /** Lines may be long (a PEM key): the console shows a text area. */
  multiline?: boolean;
  default?: string;
  /**
   * Gatehouse makes the value before connecting, and the admin enters it at the provider: the external id of a role. A value that
   * the customer chose would let them point the instance at another customer's role. Only with `required`.
   */
  generated?: "external-id";
}

export interface StreamFact {
  /** How often it is read when nothing else asks for it. */
  everySeconds: number;
  /** True when the provider pushes changes to us (webhook, event hook). */
  realTime?: boolean;
  /** ISO 8601 duration: how late the provider itself may be. */
  providerDelay?: string;
  /** ISO 8601 duration: how far before connecting we read. Activities and files only. */
  retroactivePeriod?: string;
  /** Scopes or permissions in the provider's own words; without them the stream is off and the rest goes on. */
  scopes: readonly string[];
  /** Activities only: the categories this connector really produces; of a stream with parts, those of all its parts. */
  categories?: readonly ActivityCategory[];
  /** True (default) for listings that name everything: what a complete pass no longer names was deleted. False for logs and change feeds. */
  fullListing?: boolean;
  /**
   * Of a change feed (`fullListing: false`): how often it starts over with a null cursor, as a listing of everything. A feed that lost a
   * deletion is put right by it. Absent: never.
   */
  fullEverySeconds?: number;
  /** How often parts that are feeds of changes are read (`feed` of a part). Default: `everySeconds`. */
  feedEverySeconds?: number;
  /** It consists of parts (logs, regions, drives), and the connector lists them. */
  parts?: true;
  /** False: nothing before connecting can be read, so no backlog is claimed or asked for. Default true. */
  backlog?: boolean;
  /** Only with these settings or components (a mode, an enterprise slug). Absent: always. */
  when?: (settings: Settings, components: readonly string[]) => boolean;
}

export interface ActionFact {
  scopes: readonly string[];
  /** The action that undoes it exactly. */
  undo?: ProviderActionKind;
  /** What an admin must know before using it: side effects at this provider. */
  note?: string;
  /** Only with these settings or components. Absent: always. */
  when?: (settings: Settings, components: readonly string[]) => boolean;
  /** Only for accounts of these kinds. Absent: for all. */
  accounts?: readonly AccountType[];
  /** Of a suspension: it ends the sessions as well. Absent: they go on. */
  endsSessions?: true;
}

/** Scopes beside those of streams and actions: without them these still go on, with less. Asked for at consent; their absence turns nothing off. */
export interface OptionalScopes {
  scopes: readonly string[];
  /** What they are for: `webhooks`. */
  purpose: string;
  /** Only with these settings or components. Absent: always. */
  when?: (settings: Settings, components: readonly string[]) => boolean;
}

export interface Manifest {
  /** kebab-case, stable: `crm`. */
  slug: string;
  name: string;
  description: string;
  /** The provider's API documentation. */
  docs: string;
  lifecycle: ConnectorLifecycle;
  authorization: AuthorizationKind;
  /** Markdown: role, licence and provider-side set-up needed. */
  prerequisites: string;
  /** Its accounts are the organisation's people: an account that is deleted here belongs to a person who left. Default false. */
  directory?: boolean;
  /** Default true. */
  multiInstance?: boolean;
  /** Default true. */
  reenable?: boolean;
  /** Slugs of connectors of which one instance must be connected first: its accounts are the accounts of this one. */
  dependsOn?: readonly string[];
  /** With `dependsOn`: it also works alone, with less, and nothing has to be connected first. Default false. */
  standalone?: boolean;
  settings: Readonly<Record<string, SettingFact>>;
  components?: Readonly<Record<string, { label: string; description: string; requires?: readonly string[] }>>;
  /**
   * Hosts this connector may call: exact (`api.app.example`) or with one leading wildcard label (`*.app.example`).
   * `{name}` stands for the value of that setting, `{extra.name}` for that of the credential's `extra`, which is known only after sign-in;
   * either holds a host name or a URL. Until it is known, a pattern with `{extra.name}` allows nothing.
   */
  hosts: readonly string[];
  /** The limit of all calls. With several hosts or endpoints that have limits of their own, see `rateLimits`. */
  rateLimit?: RateLimitFact;
  /** Limits of some calls, beside `rateLimit`; the first that matches a call is its limit. Shared by all jobs of an instance in a process. */
  rateLimits?: readonly RateLimitRule[];
  streams: Readonly<Partial<Record<ScanStream, StreamFact>>>;
  actions?: Readonly<Partial<Record<ProviderActionKind, ActionFact>>>;
  optionalScopes?: readonly OptionalScopes[];
  /**
   * The connector takes webhooks. `registered`: we register our URL at the provider by API. `manual`: an admin enters URL and secret at the
   * provider; the API shows them once.
   */
  webhooks?: "registered" | "manual";
  /**
   * What qualifies a capability, in words; and, where our code has none, why: NOT_SUPPORTED, NOT_SUPPORTED_BY_PROVIDER or NOT_APPLICABLE.
   * The default is NOT_SUPPORTED, and NOT_APPLICABLE for what concerns files and is not mentioned, in an app with code and without a stream of them. What our code does is computed (see capability.ts) and cannot be claimed here: PARTIAL and PREVIEW only lower it.
   */
  capabilities?: Readonly<
    Partial<Record<CapabilityKind, { support?: Exclude<CapabilitySupport, "SUPPORTED">; note?: string }>>
  >;
}
