import type { Client } from "#src/platform/http/client.ts";
import type { Settings } from "./manifest.ts";

/** What the verbs of a connector see of the credential: never the token itself, which only `sign` gets. */
export interface CredentialFacts {
  /** Scopes that the provider reports as granted; undefined if it does not report them. */
  scopes?: readonly string[];
  /** What came with the sign-in beside the token: an instance URL, an account id. */
  extra: Readonly<Record<string, string>>;
}

/** What every verb of a connected instance gets. */
export interface Context {
  /** Signs, waits, pages and maps errors; paths are relative to the connector's base URL. */
  http: Client;
  settings: Settings;
  components: readonly string[];
  /** Null before there is a credential (authorize, exchange, obtain). */
  credential: CredentialFacts | null;
  now: () => Date;
  signal: AbortSignal;
}
