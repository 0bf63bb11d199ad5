import type {
  ActivityRecord,
  Connector,
  Context,
  Credential,
  ScanStream,
  Settings,
  StreamContext,
  StreamItems,
  StreamPage,
} from "#src/connectors/connector.ts";
import { checkSettings } from "#src/connectors/settings.ts";
import { createOutbound, expandHosts, type Outbound, sandboxed } from "#src/http/outbound.ts";

/** A connector at work against the sandbox, as the engine runs it, without a database. */
export class Live {
  readonly connector: Connector;
  readonly settings: Settings;
  readonly #outbound: Outbound;
  readonly #sandboxUrl: string;
  now = (): Date => new Date();
  credential: Credential | null = null;
  refreshes = 0;

  constructor(connector: Connector, sandboxUrl: string, input: Record<string, string>) {
    const checked = checkSettings(connector.manifest, input);
    this.connector = connector;
    this.settings = connector.normaliseSettings?.(checked) ?? checked;
    this.#sandboxUrl = sandboxUrl;
    this.#outbound = createOutbound({ sandboxUrl, log: { debug: () => undefined }, sleep: async () => undefined });
  }

  get context(): Context {
    const { connector, settings } = this;
    const { authorization } = connector;
    const http = this.#outbound.client({
      name: `${connector.manifest.slug}/test`,
      baseUrl: connector.baseUrl(settings),
      hosts: expandHosts(connector.manifest.hosts, settings),
      rateLimit: connector.manifest.rateLimit,
      reserve: 0,
      mapError: connector.mapError,
      sign: (now, request) => (this.credential ? authorization.sign(this.credential, settings, now, request) : null),
      onUnauthorized: async () => {
        if (!this.credential || !authorization.refresh) return false;
        this.refreshes += 1;
        this.credential = await authorization.refresh(this.context, this.credential);
        return true;
      },
      now: () => this.now(),
    });
    return { http, settings, components: [], now: () => this.now(), signal: new AbortController().signal };
  }

  /** Without a browser. */
  async obtain(): Promise<void> {
    this.credential = await this.connector.authorization.obtain!(this.context);
  }

  /** The address a browser is sent to, in the sandbox. */
  authorizationUrl(request: { redirectUri: string; state: string; codeChallenge: string }): URL {
    return sandboxed(this.connector.authorization.authorize!(this.settings, request), this.#sandboxUrl);
  }

  async exchange(answer: { code: string; redirectUri: string; codeVerifier: string }): Promise<void> {
    this.credential = await this.connector.authorization.exchange!(this.context, { ...answer, parameters: {} });
  }

  pages<S extends ScanStream>(
    stream: S,
    options: { cursor?: string | null; from?: Date; to?: Date | null } = {},
  ): AsyncGenerator<StreamPage<StreamItems[S]>, void, void> {
    const context: StreamContext = { ...this.context, from: options.from ?? new Date(0), to: options.to ?? null };
    const run = this.connector.streams[stream] as (
      context: StreamContext,
      cursor: string | null,
    ) => AsyncGenerator<StreamPage<StreamItems[S]>, void, void>;
    return run(context, options.cursor ?? null);
  }

  /** All items of one run, and the cursor it ended with. */
  async read<S extends ScanStream>(
    stream: S,
    options: { cursor?: string | null; from?: Date; to?: Date | null } = {},
  ): Promise<{ items: StreamItems[S][]; cursor: string | null; pages: number }> {
    const items: StreamItems[S][] = [];
    let cursor = options.cursor ?? null;
    let pages = 0;
    for await (const page of this.pages(stream, options)) {
      items.push(...page.items);
      cursor = page.cursor;
      pages += 1;
    }
    return { items, cursor, pages };
  }

  close(): Promise<void> {
    return this.#outbound.close();
  }
}

/** Activities by id, as the database keeps them. */
export function byId(records: readonly ActivityRecord[]): Map<string, ActivityRecord> {
  return new Map(records.map((record) => [record.externalId, record]));
}
