/** A token that a person or an administrator made at the provider and typed in elsewhere. */
export interface ApiToken {
  id: string;
  name: string;
  /**
   * What a caller sends. `secretOf` makes one that is the same after a restart; where all tenants share a host, `sealToken` makes one that
   * names its tenant, as `tenantAtSharedHost` needs it.
   */
  secret: string;
  /** What it may do; empty where tokens have the rights of their owner. */
  scopes: readonly string[];
  /** Epoch ms; absent: never. */
  expiresAt?: number;
}

/** The API tokens of a tenant. A revoked one is no longer listed. */
export class ApiTokens<T extends ApiToken> {
  readonly #tokens: Map<string, T>;
  readonly #isLive: (token: T) => boolean;

  /** `isLive`: what else a token depends on, such as an owner who is still active. */
  constructor(tokens: readonly T[], isLive: (token: T) => boolean = () => true) {
    this.#tokens = new Map(tokens.map((token) => [token.id, token]));
    this.#isLive = isLive;
  }

  /** Those that expired or whose owner left included, as providers list them. */
  get all(): T[] {
    return [...this.#tokens.values()];
  }

  find(id: string): T | undefined {
    return this.#tokens.get(id);
  }

  /** The token of a caller; undefined when it was revoked, has expired or is not live. `now` is epoch ms. */
  authenticate(secret: string, now: number): T | undefined {
    const token = this.all.find((one) => one.secret === secret);
    if (!token || (token.expiresAt !== undefined && token.expiresAt <= now)) return undefined;
    return this.#isLive(token) ? token : undefined;
  }

  issue(token: T): T {
    this.#tokens.set(token.id, token);
    return token;
  }

  /** The token that was revoked; undefined when there is none. */
  revoke(id: string): T | undefined {
    const token = this.#tokens.get(id);
    this.#tokens.delete(id);
    return token;
  }
}
