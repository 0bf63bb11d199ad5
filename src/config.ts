import { isIP } from "node:net";
import { resolve } from "node:path";
import { z } from "zod";
import { isMailAddress } from "./platform/text.ts";

/** Everything that can be set from outside, checked. Null: not set. */
export interface Config {
  /** NODE_ENV=production: nothing is generated or relaxed for convenience. */
  production: boolean;
  /** GATEHOUSE_DATA, absolute: the embedded database and the generated key. */
  dataDirectory: string;
  /** DATABASE_URL; null: the embedded PostgreSQL. */
  databaseUrl: string | null;
  /** 0: any free port. */
  port: number;
  host: string;
  /** PUBLIC_URL, an origin without slash at the end; null: the address it listens on. */
  publicUrl: string | null;
  /** GATEHOUSE_SECRET_KEYS, 32 bytes each, the encrypting one first. Empty: `loadSecretKeys` makes one. */
  secretKeys: Buffer[];
  oidc: { issuer: string; audience: string; clientId: string | null; clientSecret: string | null } | null;
  logLevel: LogLevel;
  smtpUrl: string | null;
  /** MAIL_FROM: `gatehouse@acme.example`, or with a name before it in angle brackets. */
  mailFrom: string | null;
  retentionDays: number;
  /** The admin's own files about addresses, absolute: GEOIP_CITY_FILE, GEOIP_ASN_FILE, and the folder IP_LISTS. */
  addressFiles: { cityFile: string | null; asnFile: string | null; listsFolder: string | null };
  /** DESTINATION_NETWORKS, as CIDR: what destinations may reach although it is not on the public internet. */
  destinationNetworks: string[];
  /** PROVIDER_SANDBOX_URL without slash at the end: where all provider calls go instead; never in production. */
  providerSandboxUrl: string | null;
}

export type LogLevel = (typeof logLevels)[number];

export interface ConfigProblem {
  variable: string;
  /** What is wrong and what to do; never the value of a secret. */
  message: string;
}

/** Every bad variable at once. */
export class ConfigError extends Error {
  readonly code = "BAD_CONFIGURATION";
  readonly problems: ConfigProblem[];
  constructor(problems: ConfigProblem[]) {
    const lines = problems.map(({ variable, message }) => `  ${variable}: ${message}`);
    super(`The configuration is not right:\n${lines.join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/**
 * The one place environment variables are read. Pure; `cwd` is what relative paths are relative to, `dataFolder` what GATEHOUSE_DATA is
 * when not set. Files are looked at by who opens them.
 */
export function loadConfig(
  env: Record<string, string | undefined>,
  cwd: string,
  { dataFolder = ".gatehouse" } = {},
): Config {
  const problems: ConfigProblem[] = [];
  const complain = (variable: string, message: string) => void problems.push({ variable, message });

  /** Null when not set; empty counts as not set, as compose files pass it. Also null after a complaint. */
  const read = <T>(variable: string, schema: z.ZodType<T>): T | null => {
    const text = env[variable]?.trim();
    if (!text) return null;
    const { success, data, error } = schema.safeParse(text);
    if (success) return data;
    complain(variable, error.issues.map((issue) => issue.message).join(" "));
    return null;
  };

  const production = read("NODE_ENV", environments) === "production";
  const publicUrl = read("PUBLIC_URL", origin);
  if (production && publicUrl && !isSafe(publicUrl)) {
    complain("PUBLIC_URL", "must start with https:// in production: sign-in and provider consent go through it.");
  }
  const providerSandboxUrl = read("PROVIDER_SANDBOX_URL", origin);
  if (production && env.PROVIDER_SANDBOX_URL) {
    complain(
      "PROVIDER_SANDBOX_URL",
      "sends all provider calls and credentials elsewhere: not in production. Unset it.",
    );
  }
  const secretKeys = read("GATEHOUSE_SECRET_KEYS", keys) ?? [];
  if (production && !env.GATEHOUSE_SECRET_KEYS?.trim()) {
    complain(
      "GATEHOUSE_SECRET_KEYS",
      `must be set in production: it encrypts the credentials of your apps. ${makeOne}`,
    );
  }

  const config: Config = {
    production,
    dataDirectory: resolve(cwd, env.GATEHOUSE_DATA?.trim() || dataFolder),
    databaseUrl: read("DATABASE_URL", databaseUrl),
    port: read("PORT", wholeNumber(0, 65_535)) ?? 4000,
    host: read("HOST", host) ?? "127.0.0.1",
    publicUrl,
    secretKeys,
    oidc: readOidc(),
    logLevel: read("LOG_LEVEL", logLevel) ?? "info",
    smtpUrl: read("SMTP_URL", smtpUrl),
    mailFrom: read("MAIL_FROM", mailFrom),
    retentionDays: read("RETENTION_DAYS", wholeNumber(1, 3650)) ?? 180,
    addressFiles: {
      cityFile: readPath("GEOIP_CITY_FILE"),
      asnFile: readPath("GEOIP_ASN_FILE"),
      listsFolder: readPath("IP_LISTS"),
    },
    destinationNetworks: read("DESTINATION_NETWORKS", networks) ?? [],
    providerSandboxUrl,
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;

  function readPath(variable: string): string | null {
    const path = read(variable, z.string());
    return path === null ? null : resolve(cwd, path);
  }

  function readOidc(): Config["oidc"] {
    const issuer = read("OIDC_ISSUER", issuerUrl);
    const audience = read("OIDC_AUDIENCE", z.string());
    const clientId = read("OIDC_CLIENT_ID", z.string());
    const clientSecret = read("OIDC_CLIENT_SECRET", z.string());
    if (!env.OIDC_ISSUER?.trim() && (audience || clientId || clientSecret)) {
      complain("OIDC_ISSUER", "must be set when another OIDC_ variable is.");
    }
    if (env.OIDC_ISSUER?.trim() && !audience) {
      complain("OIDC_AUDIENCE", "must be set with OIDC_ISSUER: the audience its access tokens for Gatehouse carry.");
    }
    if (clientSecret && !clientId) complain("OIDC_CLIENT_ID", "must be set with OIDC_CLIENT_SECRET.");
    return issuer && audience ? { issuer, audience, clientId, clientSecret } : null;
  }
}

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
const makeOne = "Make a key with `openssl rand -base64 32` and keep it as safe as the database.";

const environments = z.enum(["production", "development", "test"], {
  error: "must be production, development or test.",
});

const logLevel = z
  .string()
  .toLowerCase()
  .pipe(z.enum(logLevels, { error: `must be one of ${logLevels.join(", ")}.` }));

const host = z.string().regex(/^[\w.:-]+$/, "must be an address or host name without port, like 127.0.0.1 or 0.0.0.0.");

const databaseUrl = url(["postgres:", "postgresql:"], "must look like postgres://user:password@host:5432/database.");
const smtpUrl = url(["smtp:", "smtps:"], "must look like smtp://user:password@host:587 (or smtps://).");

const mailFrom = z.string().refine((text) => {
  const [, name, address] = /^(?:([^<>"\p{Cc}]*)<)?([^<>]*?)>?$/u.exec(text) ?? [];
  return address !== undefined && isMailAddress(address) && text.endsWith(">") === (name !== undefined);
}, "must be an address like gatehouse@example.com, or Gatehouse <gatehouse@example.com>.");

const origin = url(["http:", "https:"], "must look like https://gatehouse.example.com.")
  .refine((text) => {
    const { pathname, search, hash, username } = new URL(text);
    return pathname === "/" && !search && !hash && !username;
  }, "must be scheme, host and port only, without path.")
  .transform((text) => new URL(text).origin);

const issuerUrl = url(["http:", "https:"], "must be the issuer's URL, like https://login.example.com.").refine(
  isSafe,
  "must start with https:// (http only for this machine).",
);

const networks = z
  .string()
  .transform((text) => text.split(",").map((part) => part.trim()))
  .refine(
    (parts) =>
      parts.every((part) => {
        const [address = "", bits = "", ...more] = part.split("/");
        const family = isIP(address);
        return family !== 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
      }),
    "must be networks like 10.1.0.0/16, comma-separated.",
  );

const keys = z.string().transform((text, context) => {
  const texts = text.split(",").map((part) => part.trim());
  return texts.map((part, index) => {
    const key = parseKey(part);
    if (key) return key;
    const which = texts.length > 1 ? `key ${index + 1} of ${texts.length}` : "the key";
    context.addIssue({ code: "custom", message: `${which} must be 32 bytes in base64 or hex. ${makeOne}` });
    return z.NEVER;
  });
});

/** 32 bytes in hex, base64 or base64url; null for anything else. */
export function parseKey(text: string): Buffer | null {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  if (/^[\w+/-]{43}=?$/.test(text)) return Buffer.from(text, "base64");
  return null;
}

function wholeNumber(min: number, max: number) {
  return z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      message: `must be a whole number from ${min} to ${max}.`,
      abort: true,
    })
    .transform(Number);
}

function url(protocols: string[], message: string) {
  return z.string().refine(
    (text) => {
      const parsed = URL.parse(text);
      return parsed !== null && protocols.includes(parsed.protocol) && parsed.hostname !== "";
    },
    { message, abort: true },
  );
}

/** https, or a host that is this machine. */
function isSafe(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}
