import { createHash, createHmac } from "node:crypto";
import { secretOf } from "../../keys.ts";
import type { TenantOptions } from "../../provider.ts";

const letters = (text: string) => createHash("sha256").update(text).digest("hex").toUpperCase().slice(0, 16);

export interface Session {
  accessKeyId: string;
  secretAccessKey: string;
  token: string;
  expiresAt: number;
}

/** The user that may assume the role, and the sessions of the role: computed, so that they stay good over a restart. */
export class SessionKeys {
  readonly userKeyId: string;
  readonly userSecret: string;
  readonly #name: string;
  readonly #secret: string;

  constructor(options: Required<TenantOptions>) {
    this.#name = options.name;
    this.userKeyId = `AKIA${letters(secretOf(options, "user key"))}`;
    this.userSecret = secretOf(options, "user secret");
    this.#secret = secretOf(options, "sessions");
  }

  make(expiresAt: number): Session {
    return this.#session(Buffer.from(JSON.stringify([this.#name, expiresAt])).toString("base64url"), expiresAt);
  }

  /** The secret of a key that may be used now. */
  secretOf(
    accessKeyId: string,
    token: string | undefined,
    now: number,
  ): { secret: string; isSession: boolean } | undefined {
    if (token === undefined)
      return accessKeyId === this.userKeyId ? { secret: this.userSecret, isSession: false } : undefined;
    const [, expiresAt = 0] = tokenParts(token) ?? [];
    const session = this.#session(token, expiresAt);
    return session.accessKeyId === accessKeyId && expiresAt > now
      ? { secret: session.secretAccessKey, isSession: true }
      : undefined;
  }

  #session(token: string, expiresAt: number): Session {
    const secretAccessKey = createHmac("sha256", this.#secret).update(token).digest("hex").slice(0, 40);
    return { accessKeyId: `ASIA${letters(secretAccessKey)}`, secretAccessKey, token, expiresAt };
  }
}

/** Tenant and end of a session. */
export function tokenParts(token: string): [name: string, expiresAt: number] | undefined {
  try {
    const [name, expiresAt] = JSON.parse(Buffer.from(token, "base64url").toString()) as [string, number];
    return [name, expiresAt];
  } catch {
    return undefined;
  }
}
