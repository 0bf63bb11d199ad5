import { randomBytes } from "node:crypto";
import { mix } from "../../generator.ts";
import { secretOf } from "../../keys.ts";
import type { TenantOptions } from "../../provider.ts";

/** A code waits this long to be exchanged. */
const codeLifetimeMs = 300_000;

export interface Code {
  community: string;
  redirectUri: string;
  groups: "all" | "specific";
  expiresAt: number;
  used: boolean;
}

export interface Subscription {
  callbackUrl: string;
  verifyToken: string;
  fields: string[];
}

/** An app of the developer platform: by default each community has its own, and several may share one. */
export class App {
  readonly id: string;
  readonly secret: string;
  /** By topic; one address for each. */
  readonly subscriptions = new Map<string, Subscription>();
  readonly #codes = new Map<string, Code>();

  constructor(options: Required<TenantOptions>) {
    const number = mix(options.seed, Number.parseInt(secretOf(options, "app id", 7), 16), 471);
    this.id = String(504_221_000_000_000 + number);
    this.secret = secretOf(options, "app secret", 32);
  }

  grantCode(community: string, redirectUri: string, groups: Code["groups"], now: number): string {
    for (const [code, { expiresAt }] of this.#codes) if (expiresAt + codeLifetimeMs < now) this.#codes.delete(code);
    const code = `AQ${randomBytes(48).toString("base64url")}`;
    this.#codes.set(code, { community, redirectUri, groups, expiresAt: now + codeLifetimeMs, used: false });
    return code;
  }

  code(code: string): Code | undefined {
    return this.#codes.get(code);
  }

  /** Acts for the app itself, not for a community. */
  get token(): string {
    return `${this.id}|${this.secret}`;
  }
}
