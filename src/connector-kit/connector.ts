/**
 * The contract of a connector: declare the facts (contract/manifest.ts), code the verbs. Nothing here knows of the database, the
 * environment or GraphQL.
 */

import type { ActionFunction } from "./contract/actions.ts";
import type { Authorization, ConnectionTest } from "./contract/authorization.ts";
import type { Check } from "./contract/checks.ts";
import type { Context } from "./contract/context.ts";
import type { ProviderActionKind, ScanStream } from "./contract/kinds.ts";
import type { Manifest, Settings } from "./contract/manifest.ts";
import type { ActivityRecord, FileItem } from "./contract/records.ts";
import type { StreamFunction, StreamFunctions, StreamParts } from "./contract/streams.ts";
import type { Webhooks } from "./contract/webhooks.ts";
import type { DemoTenant } from "./demo.ts";
import type { AppTemplates } from "./policy-template.ts";

/** An unsuccessful answer, for `mapError`. */
export interface FailedResponse {
  status: number;
  headers: Headers;
  body: unknown;
}

interface Verbs {
  /** Base URL of relative paths: `https://api.app.example`. `extra` is the credential's, empty before sign-in. */
  baseUrl: (settings: Settings, extra: Readonly<Record<string, string>>) => string;
  authorization: Authorization;
  /** Proves the credential and names the tenant; makes no token of its own. Throws ProviderError. */
  testConnection: (context: Context) => Promise<ConnectionTest>;
  /** Tidies and checks settings beyond patterns (strip the console's `-admin` from a domain). Throws InvalidInputError. */
  normaliseSettings?: (settings: Settings) => Settings;
  /** Turns an unsuccessful answer into one of our provider errors; return null for the common mapping by status. */
  mapError?: (response: FailedResponse, now: Date) => Error | null;
  webhooks?: Webhooks;
  /**
   * Maps what an archive holds (`gatehouse import`), by the same mapping as the stream's: one event, a list of them, or a page of the
   * provider's API. Throws ProviderResponseError for an event that cannot be read, InvalidInputError for what is none of this app.
   */
  mapEvent?: (event: unknown) => ActivityRecord[];
  /** Content of a file for inspection, in pieces; never stored. Throws ProviderError. */
  readContent?: (context: Context, file: Extract<FileItem, { kind: "file" }>) => AsyncIterable<Uint8Array>;
  templates?: AppTemplates;
  demo?: DemoTenant;
}

type StreamsOfParts<M extends Manifest> = {
  [S in keyof M["streams"] & ScanStream]: M["streams"][S] extends { parts: true } ? S : never;
}[keyof M["streams"] & ScanStream];

export interface ConnectorCode<M extends Manifest = Manifest> extends Verbs {
  manifest: M;
  streams: { [S in keyof M["streams"] & ScanStream]: StreamFunction<S> };
  /** Of streams that consist of parts: how to list them. */
  parts?: { [S in StreamsOfParts<M>]: StreamParts };
  actions: { [A in keyof NonNullable<M["actions"]> & ProviderActionKind]: ActionFunction };
  checks?: readonly Check[];
}

/** A connector whose code exists. */
export interface Connector extends Verbs {
  manifest: Manifest;
  streams: StreamFunctions;
  parts?: { [S in ScanStream]?: StreamParts };
  actions: Partial<Record<ProviderActionKind, ActionFunction>>;
  checks: readonly Check[];
}

/** Joins the halves: a declared stream or action without its function does not compile. */
export function defineConnector<const M extends Manifest>(code: ConnectorCode<M>): Connector {
  return { ...code, checks: code.checks ?? [] } as unknown as Connector;
}
