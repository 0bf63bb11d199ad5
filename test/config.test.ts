import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { ConfigError, type ConfigProblem, loadConfig } from "#src/config.ts";

const key = randomBytes(32);
const production = { NODE_ENV: "production", GATEHOUSE_SECRET_KEYS: key.toString("base64") };

function problemsOf(env: Record<string, string>): ConfigProblem[] {
  try {
    loadConfig(env, "/srv");
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test("needs nothing to be set", () => {
  expect(loadConfig({}, "/srv/gatehouse")).toEqual({
    production: false,
    dataDirectory: "/srv/gatehouse/.gatehouse",
    databaseUrl: null,
    port: 4000,
    host: "127.0.0.1",
    publicUrl: null,
    secretKeys: [],
    oidc: null,
    logLevel: "info",
    smtpUrl: null,
    mailFrom: null,
    retentionDays: 180,
    addressFiles: { cityFile: null, asnFile: null, listsFolder: null },
    destinationNetworks: [],
    providerSandboxUrl: null,
  });
});

test("reads every variable", () => {
  const config = loadConfig(
    {
      ...production,
      GATEHOUSE_DATA: "data",
      DATABASE_URL: "postgres://gate:secret@db.example.com/gatehouse",
      PORT: "8080",
      HOST: "0.0.0.0",
      PUBLIC_URL: "https://gatehouse.example.com/",
      OIDC_ISSUER: "https://login.example.com/tenant/v2.0",
      OIDC_AUDIENCE: "api://gatehouse",
      OIDC_CLIENT_ID: "abc",
      OIDC_CLIENT_SECRET: "def",
      LOG_LEVEL: "WARN",
      SMTP_URL: "smtp://mail.example.com:587",
      MAIL_FROM: "Gatehouse <gatehouse@example.com>",
      RETENTION_DAYS: "30",
      GEOIP_CITY_FILE: "geo/city.mmdb",
      GEOIP_ASN_FILE: "/usr/share/GeoIP/asn.mmdb",
      IP_LISTS: "lists",
      DESTINATION_NETWORKS: "10.1.0.0/16, fd00::/8",
    },
    "/srv",
  );
  expect(config).toEqual({
    production: true,
    dataDirectory: "/srv/data",
    databaseUrl: "postgres://gate:secret@db.example.com/gatehouse",
    port: 8080,
    host: "0.0.0.0",
    publicUrl: "https://gatehouse.example.com",
    secretKeys: [key],
    oidc: {
      issuer: "https://login.example.com/tenant/v2.0",
      audience: "api://gatehouse",
      clientId: "abc",
      clientSecret: "def",
    },
    logLevel: "warn",
    smtpUrl: "smtp://mail.example.com:587",
    mailFrom: "Gatehouse <gatehouse@example.com>",
    retentionDays: 30,
    addressFiles: {
      cityFile: "/srv/geo/city.mmdb",
      asnFile: "/usr/share/GeoIP/asn.mmdb",
      listsFolder: "/srv/lists",
    },
    destinationNetworks: ["10.1.0.0/16", "fd00::/8"],
    providerSandboxUrl: null,
  });
});

test("an empty variable counts as not set", () => {
  const names = ["DATABASE_URL", "PORT", "PUBLIC_URL", "OIDC_ISSUER", "LOG_LEVEL", "NODE_ENV", "GATEHOUSE_DATA"];
  expect(loadConfig(Object.fromEntries(names.map((name) => [name, " "])), "/srv")).toEqual(loadConfig({}, "/srv"));
});

test("takes several keys, in hex, base64 and base64url, in their order", () => {
  const others = [randomBytes(32), randomBytes(32)] as const;
  const text = `${key.toString("hex")}, ${others[0].toString("base64")},${others[1].toString("base64url")}`;
  expect(loadConfig({ GATEHOUSE_SECRET_KEYS: text }, "/").secretKeys).toEqual([key, ...others]);
});

test("reports every bad variable at once, by name", () => {
  const problems = problemsOf({
    NODE_ENV: "prod",
    DATABASE_URL: "mysql://localhost/x",
    PORT: "70000",
    HOST: "localhost/x",
    PUBLIC_URL: "gatehouse.example.com",
    GATEHOUSE_SECRET_KEYS: "short",
    OIDC_ISSUER: "http://login.example.com",
    OIDC_CLIENT_SECRET: "x",
    LOG_LEVEL: "loud",
    SMTP_URL: "mail.example.com",
    MAIL_FROM: "gatehouse",
    RETENTION_DAYS: "0",
    PROVIDER_SANDBOX_URL: "sandbox",
  });
  expect(new Set(problems.map(({ variable }) => variable))).toEqual(
    new Set([
      "NODE_ENV",
      "DATABASE_URL",
      "PORT",
      "HOST",
      "PUBLIC_URL",
      "GATEHOUSE_SECRET_KEYS",
      "OIDC_ISSUER",
      "OIDC_AUDIENCE",
      "OIDC_CLIENT_ID",
      "LOG_LEVEL",
      "SMTP_URL",
      "MAIL_FROM",
      "RETENTION_DAYS",
      "PROVIDER_SANDBOX_URL",
    ]),
  );
  const error = new ConfigError(problems);
  for (const { variable, message } of problems) expect(error.message).toContain(`${variable}: ${message}`);
});

test.each([
  ["PORT", "http"],
  ["PORT", "-1"],
  ["PORT", "4000.5"],
  ["RETENTION_DAYS", "1e3"],
  ["DESTINATION_NETWORKS", "10.1.0.0"],
  ["DESTINATION_NETWORKS", "10.1.0.0/33"],
  ["DESTINATION_NETWORKS", "10.1.0.0/16, intranet/8"],
  ["DATABASE_URL", "postgres:///no-host"],
  ["PUBLIC_URL", "https://example.com/gatehouse"],
  ["PUBLIC_URL", "ftp://example.com"],
  ["OIDC_AUDIENCE", "api"],
  ["MAIL_FROM", "a@example.com, b@example.com"],
  ["MAIL_FROM", "Gatehouse gatehouse@example.com>"],
  ["MAIL_FROM", "<gatehouse@example.com"],
  ["MAIL_FROM", "a@example.com\nBcc: b@example.com"],
])("%s=%s is refused", (variable, value) => {
  expect(problemsOf({ [variable]: value })).toHaveLength(1);
});

test.each([
  ["", /must be set in production/],
  [randomBytes(16).toString("base64"), /32 bytes/],
  [`${randomBytes(32).toString("base64")},${randomBytes(31).toString("hex")}`, /key 2 of 2 must be 32 bytes/],
])("production needs secret keys of full length (%#)", (value, message) => {
  const problems = problemsOf({ NODE_ENV: "production", GATEHOUSE_SECRET_KEYS: value });
  expect(problems).toEqual([{ variable: "GATEHOUSE_SECRET_KEYS", message: expect.stringMatching(message) }]);
  if (value) expect(problems[0]?.message).not.toContain(value);
});

test("production refuses the sandbox and a public address without TLS", () => {
  expect(problemsOf({ ...production, PROVIDER_SANDBOX_URL: "http://127.0.0.1:4100" })).toMatchObject([
    { variable: "PROVIDER_SANDBOX_URL" },
  ]);
  expect(problemsOf({ ...production, PUBLIC_URL: "http://gatehouse.example.com" })).toMatchObject([
    { variable: "PUBLIC_URL" },
  ]);
  expect(problemsOf({ ...production, PUBLIC_URL: "http://127.0.0.1:4000" })).toEqual([]);
  expect(loadConfig({ PROVIDER_SANDBOX_URL: "http://127.0.0.1:4100/" }, "/").providerSandboxUrl).toBe(
    "http://127.0.0.1:4100",
  );
});
