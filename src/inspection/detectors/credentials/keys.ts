import { entropyOf } from "../../checksums.ts";
import type { Detector } from "../../detector.ts";
import { body, token } from "./token.ts";

/** Begins and ends of key files are put together here: none stands in the source whole. */
const pem = (what: string, content: string) => `-----BEGIN ${what}-----\n${content}\n-----END ${what}-----`;

function isJsonWebToken(value: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(value.split(".")[0]!, "base64url").toString("utf8"));
    return typeof header === "object" && header !== null && "alg" in header;
  } catch {
    return false;
  }
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const placeholder =
  /^(?:[x*.<>{}$%_-]+|.*(?:example|changeme|change_me|placeholder|your[_-]|password|secret|redacted|dummy|sample|todo|null|undefined).*|\$\{.*|\{\{.*|%\w+%|<.*>)$/i;

/** The value of the last assignment in a match, without its quotes. */
const assigned = (match: string) => /(?:[:=]>?|=>)\s*["'`]?([^\s"'`]+)["'`]?$/.exec(match)?.[1] ?? match;

/** Private keys, signed tokens, and passwords in settings. */
export const keys: readonly Detector[] = [
  {
    slug: "private-key",
    name: "Private key",
    description: "A private key in PEM, OpenSSH, PGP or PuTTY form.",
    category: "CREDENTIALS",
    countries: [],
    patterns: [
      String.raw`-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|ANY) )?PRIVATE KEY-----(?:\s|\\n){1,4}[A-Za-z0-9+/=:,\s\\-]{40,900}`,
      String.raw`-----BEGIN PGP PRIVATE KEY BLOCK-----\s{1,4}[A-Za-z0-9+/=:.,()\s-]{40,900}`,
      String.raw`PuTTY-User-Key-File-[23]: [\w-]{3,40}`,
    ],
    hints: ["PRIVATE KEY", "PuTTY-User-Key-File-"],
    value: (match) => match.slice(match.indexOf("-----", 10) + 5).trim() || match,
    confidence: { alone: "HIGH" },
    examples: {
      match: [pem("PRIVATE KEY", body(64)), pem("OPENSSH PRIVATE KEY", body(70)), "PuTTY-User-Key-File-3: ssh-ed25519"],
      none: [pem("PUBLIC KEY", body(64)), "-----BEGIN PRIVATE KEY----- goes first"],
    },
  },
  token({
    slug: "age-secret-key",
    name: "age secret key",
    pattern: String.raw`\bAGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}\b`,
    hints: ["AGE-SECRET-KEY-1"],
    match: `AGE-SECRET-KEY-1${body(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")}`,
    none: "AGE-SECRET-KEY-1 is the prefix",
  }),
  {
    slug: "json-web-token",
    name: "JSON Web Token",
    description: "A signed token whose header decodes to JSON with an algorithm.",
    category: "CREDENTIALS",
    countries: [],
    patterns: [String.raw`\beyJ[\w-]{10,400}\.eyJ[\w-]{10,900}\.[\w-]{20,700}`],
    hints: ["eyJ"],
    check: { name: "decodable header", passes: isJsonWebToken },
    confidence: { alone: "HIGH" },
    examples: {
      match: [`${encoded({ alg: "HS256", typ: "JWT" })}.${encoded({ sub: "mira", admin: true })}.${body(43)}`],
      none: [`${encoded({ typ: "something else" })}.${encoded({ sub: "mira", admin: true })}.${body(43)}`],
    },
  },
  {
    slug: "database-url",
    name: "Database address with a password",
    description: "A connection URL of a database, cache or message broker that contains a password.",
    category: "CREDENTIALS",
    countries: [],
    patterns: [
      String.raw`\b(?:postgres|postgresql|mysql|mariadb|mongodb|mongodb\+srv|redis|rediss|amqp|amqps|mssql|sqlserver|clickhouse|ldap|ldaps|smtp|smtps|ftp|sftp)://[^\s:/@"'<>]{0,80}:[^\s/@"'<>]{3,120}@[\w.-]{1,120}`,
    ],
    hints: ["://"],
    value: (match) => /:\/\/[^:]*:(.*)@/.exec(match)?.[1] ?? match,
    check: { name: "not a placeholder", passes: (value) => !placeholder.test(value) },
    confidence: { alone: "HIGH" },
    examples: {
      match: ["postgres://app:k7Qz2mXv@db.acme.example:5432/app", "redis://:9RbTn4Lw@cache"],
      none: [
        "postgres://app:{{DB_PASSWORD}}@db/app",
        "postgres://db.acme.example/app",
        "postgres://user:password@db/app",
      ],
    },
  },
  {
    slug: "connection-string-password",
    name: "Connection string with a password",
    description: "Password of an ADO.NET or JDBC connection string.",
    category: "CREDENTIALS",
    countries: [],
    patterns: [
      String.raw`\b(?:server|data source|host|user id|uid|database)=[^;\n"']{1,120};[^\n"']{0,200}(?:password|pwd)=[^;\s"']{3,100}`,
    ],
    ignoreCase: true,
    hints: ["password=", "pwd="],
    value: (match) => match.slice(match.lastIndexOf("=") + 1),
    check: { name: "not a placeholder", passes: (value) => !placeholder.test(value) },
    confidence: { alone: "HIGH" },
    examples: {
      match: ["Server=db.acme.example;Database=app;User Id=app;Password=k7Qz2mXv9"],
      none: ["Server=db;User Id=app;Password={{password}}"],
    },
  },
  {
    slug: "basic-authorization",
    name: "Authorization header",
    description: "An HTTP Authorization header with Basic credentials, or with a bearer token.",
    category: "CREDENTIALS",
    countries: [],
    patterns: [String.raw`\bauthorization["']?\s{0,3}[:=]\s{0,3}["']?(?:basic|bearer)\s[A-Za-z0-9+/_.~=-]{16,1000}`],
    ignoreCase: true,
    hints: ["authorization"],
    value: (match) => match.slice(match.search(/\s\S+$/) + 1),
    generic: true,
    confidence: { alone: "HIGH" },
    examples: {
      match: [`Authorization: Basic ${body(28)}`, `authorization: "Bearer ${body(40)}"`],
      none: ["Authorization: Basic realm", "Authorization of payments"],
    },
  },
  {
    slug: "generic-secret",
    name: "Secret in a setting",
    description:
      "A value of high entropy assigned to a name such as secret, token or api_key, of no provider that has a detector of its own.",
    category: "CREDENTIALS",
    countries: [],
    patterns: [
      String.raw`\b[\w.-]{0,40}(?:secret|token|api_?key|apikey|access_?key|auth_?key|credential|private_?key|client_?secret|encryption_?key)[\w.-]{0,20}["'\`]?\s{0,3}(?::|=|=>|:=)\s{0,3}["'\`]?[\w+/=.~!@#$%^&*-]{16,128}["'\`]?`,
    ],
    ignoreCase: true,
    hints: [
      "secret",
      "token",
      "apikey",
      "api_key",
      "accesskey",
      "access_key",
      "authkey",
      "auth_key",
      "credential",
      "privatekey",
      "private_key",
      "encryption",
    ],
    value: assigned,
    check: {
      name: "entropy above 3.5 bits a character",
      passes: (value) =>
        /\d/.test(value) && /[A-Za-z]/.test(value) && entropyOf(value) > 3.5 && !placeholder.test(value),
    },
    generic: true,
    confidence: { alone: "MEDIUM" },
    examples: {
      match: [`api_key: ${body(32)}`, `CLIENT_SECRET="${body(40)}"`],
      none: ["secret = aaaaaaaaaaaaaaaaaaaaaa1", "token: settings.gatehouse.token", "api_key = your_api_key_here_123"],
    },
  },
  {
    slug: "generic-password",
    name: "Password in a setting",
    description: "A value assigned to a name such as password or passphrase, other than a placeholder.",
    category: "CREDENTIALS",
    countries: [],
    patterns: [
      String.raw`\b[\w.-]{0,40}(?:password|passwd|passphrase|passwort|kennwort|mot de passe|contraseña)["'\`]?\s{0,3}(?::|=|=>|:=)\s{0,3}["'\`]?[^\s"'\`]{8,128}["'\`]?`,
    ],
    ignoreCase: true,
    hints: ["password", "passwd", "passphrase", "passwort", "kennwort", "mot de passe", "contraseña"],
    value: assigned,
    check: {
      name: "letters with digits or signs, not a placeholder",
      passes: (value) =>
        /[^A-Za-z]/.test(value) && /[A-Za-z]/.test(value) && !placeholder.test(value) && !/[({[]/.test(value),
    },
    generic: true,
    confidence: { alone: "MEDIUM" },
    examples: {
      match: ["password: Winter2026!", 'db.password = "k7Qz2mXv"'],
      none: ["password: ********", "password = getPassword(user1)", "Password: required", "password: <PASSWORD_1>"],
    },
  },
];
