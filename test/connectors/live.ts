import { checkSettings } from "#src/connector-kit/check-settings.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { ScanStream, UserStatus } from "#src/connector-kit/contract/kinds.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { ActivityRecord, RemovedItem, StreamItems } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage, StreamPart } from "#src/connector-kit/contract/streams.ts";
import { mergeLogs } from "#src/connector-kit/log.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { purposeSigning, unstoredTokens } from "#src/instances/purpose-tokens.ts";
import { createOutbound, expandHosts, type Outbound, sandboxed } from "#src/platform/http/outbound.ts";

/** What a listing yields: no deletions, which only change feeds name. */
type Listed<S extends ScanStream> = S extends "GROUPS"
  ? Extract<StreamItems["GROUPS"], { kind: "group" | "member" }>
  : Exclude<StreamItems[S], RemovedItem>;

interface ReadOptions {
  cursor?: string | null;
  from?: Date;
  to?: Date | null;
  /** Of a stream that consists of parts. Default: the first that lists; of a log, all of them as one. */
  part?: string;
}

/** A connector at work against the sandbox, as the engine runs it, without a database. */
export class Live {
  readonly connector: Connector;
  readonly settings: Settings;
  readonly #outbound: Outbound;
  readonly #sandboxUrl: string;
  readonly #parts = new Map<ScanStream, readonly StreamPart[]>();
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
      baseUrl: connector.baseUrl(settings, this.credential?.extra ?? {}),
      hosts: expandHosts(connector.manifest.hosts, settings, this.credential?.extra),
      rateLimit: connector.manifest.rateLimit,
      reserve: 0,
      mapError: connector.mapError,
      sign: (now, request) => (this.credential ? authorization.sign(this.credential, settings, request, now) : null),
      onUnauthorized: async () => {
        const refused = this.credential;
        if (!refused) return false;
        this.refreshes += 1;
        if (authorization.refresh) this.credential = await authorization.refresh(this.context, refused);
        else if (authorization.obtain && !authorization.interactive(settings)) await this.obtain();
        return this.credential?.accessToken !== refused.accessToken;
      },
      signingFor: purposeSigning(
        unstoredTokens((purpose) => authorization.tokenFor!(this.context, this.credential!, purpose)),
        (token, request, now) => authorization.sign(token, settings, request, now),
      ),
      now: () => this.now(),
    });
    const { credential } = this;
    return {
      http,
      settings,
      components: [],
      credential: credential && { ...credential, extra: credential.extra ?? {} },
      now: () => this.now(),
      signal: new AbortController().signal,
    };
  }

  /** Without a browser. */
  async obtain(): Promise<void> {
    this.credential = await this.connector.authorization.obtain!(this.context);
  }

  /** The address a browser is sent to, in the sandbox. */
  authorizationUrl(request: { redirectUri: string; state: string; codeChallenge: string }): URL {
    return sandboxed(
      this.connector.authorization.authorize!(this.settings, {
        ...request,
        scopes: wantedScopes(this.connector.manifest, this.settings, []),
      }),
      this.#sandboxUrl,
    );
  }

  async exchange(answer: {
    code: string | null;
    redirectUri: string;
    codeVerifier: string;
    parameters?: Record<string, string>;
  }): Promise<void> {
    const { exchange } = this.connector.authorization;
    this.credential = await exchange!(this.context, { parameters: {}, ...answer });
  }

  async *pages<S extends ScanStream>(
    stream: S,
    options: ReadOptions = {},
  ): AsyncGenerator<StreamPage<Listed<S>>, void, void> {
    const cursor = options.cursor ?? null;
    const parts = options.part === undefined ? await this.listedParts(stream) : [];
    const context: StreamContext = {
      ...this.context,
      from: options.from ?? new Date(0),
      to: options.to ?? null,
      part: options.part ?? parts[0]?.name ?? null,
    };
    const run = this.connector.streams[stream] as (
      context: StreamContext,
      cursor: string | null,
    ) => AsyncGenerator<StreamPage<Listed<S>>, void, void>;
    // Several logs are one after the other, and one that asks for scopes of its own may be refused.
    if (stream === "ACTIVITIES" && parts.length > 1)
      yield* mergeLogs(
        context,
        cursor,
        parts.map(({ name, scopes }) => ({
          name,
          required: scopes === undefined,
          read: (one, at) => run({ ...one, part: name }, at) as AsyncGenerator<StreamPage<ActivityRecord>, void, void>,
        })),
      ) as AsyncGenerator<StreamPage<Listed<S>>, void, void>;
    else yield* run(context, cursor);
  }

  /** Lists the parts of all streams once, as connecting does; without it they are listed before each reading. */
  async listParts(): Promise<void> {
    for (const stream of Object.keys(this.connector.parts ?? {}) as ScanStream[])
      this.#parts.set(stream, await this.listedParts(stream));
  }

  /** The parts of a stream that are no feeds of changes, of which a listing reads the first; none for a stream without parts. */
  async listedParts(stream: ScanStream): Promise<readonly StreamPart[]> {
    const parts = this.#parts.get(stream) ?? (await this.connector.parts?.[stream]?.(this.context));
    return parts?.filter(({ feed }) => !feed) ?? [];
  }

  /** All items of one run, and the cursor it ended with. */
  async read<S extends ScanStream>(
    stream: S,
    options: ReadOptions = {},
  ): Promise<{ items: Listed<S>[]; cursor: string | null; pages: number }> {
    const items: Listed<S>[] = [];
    let cursor = options.cursor ?? null;
    let pages = 0;
    for await (const page of this.pages(stream, options)) {
      items.push(...page.items);
      cursor = page.cursor;
      pages += 1;
    }
    return { items, cursor, pages };
  }

  /** The first account that passes, as the target of an action. */
  async user(
    wanted: (user: Listed<"USERS">, index: number) => boolean,
  ): Promise<{ user: { externalId: string; login: string | null; email: string | null } }> {
    const user = (await this.read("USERS")).items.find(wanted);
    if (!user) throw new Error("There is no such account");
    const { externalId, login = null, email = null } = user;
    return { user: { externalId, login, email } };
  }

  /** Of one account, as the listing shows it now. */
  async statusOf(externalId: string): Promise<UserStatus | undefined> {
    return (await this.read("USERS")).items.find((user) => user.externalId === externalId)?.status;
  }

  /** Whether somebody holds this privilege, or any. */
  async isHolder(userId: string, privilegeId?: string): Promise<boolean> {
    const { items } = await this.read("PRIVILEGES");
    return items.some(
      (item) =>
        item.kind === "holder" &&
        item.userId === userId &&
        (privilegeId === undefined || item.privilegeId === privilegeId),
    );
  }

  close(): Promise<void> {
    return this.#outbound.close();
  }
}

/** Activities by id, as the database keeps them. */
export function byId(records: readonly ActivityRecord[]): Map<string, ActivityRecord> {
  return new Map(records.map((record) => [record.externalId, record]));
}
