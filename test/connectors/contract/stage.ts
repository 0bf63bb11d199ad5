/** The sandbox of a test file, and connectors signed in to its tenants. */
import { createHash, randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { TenantOptions } from "../../../sandbox/provider.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { Live } from "../live.ts";
import { type ConnectorFacts, modesOf, type Subject } from "./facts.ts";

export interface ConnectOptions {
  mode?: string;
  settings?: Record<string, string>;
  /** Where calls go instead of the sandbox: a proxy before it. */
  through?: string;
}

export interface Stage {
  sandbox: () => Sandbox;
  /** The tenant of this file for a connector, of the size its facts give: made once. Every tenant is healthy again after each test. */
  tenant: (subject: Subject, size?: Size) => Promise<SandboxTenant>;
  /** Another tenant. */
  newTenant: (subject: Subject, size: Size, options?: Partial<TenantOptions>) => Promise<SandboxTenant>;
  /** With the settings of a mode, and not signed in. */
  open: (subject: Subject, tenant: SandboxTenant, options?: ConnectOptions) => Live;
  connect: (subject: Subject, tenant: SandboxTenant, options?: ConnectOptions) => Promise<Live>;
}

type Size = keyof ConnectorFacts["tenants"];

const redirectUri = "https://gateway.example/oauth/callback";

/** Call once at the top of a test file. */
export function openStage(): Stage {
  let sandbox: Sandbox | undefined;
  const counts = new Map<string, number>();
  const tenants = new Map<string, Promise<SandboxTenant>>();
  const made: SandboxTenant[] = [];
  const lives: Live[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(async () => {
    await Promise.all(lives.map((live) => live.close()));
    await sandbox?.stop();
  });

  afterEach(async () => {
    await Promise.all(made.map((tenant) => tenant.setFaults({})));
  });

  function started(): Sandbox {
    if (!sandbox) throw new Error("The sandbox is started before the first test.");
    return sandbox;
  }

  async function newTenant({ slug, facts }: Subject, size: Size, options: Partial<TenantOptions> = {}) {
    // Counted for each app: its data, which depend on the name, are the same whatever apps there are.
    const count = (counts.get(slug) ?? 0) + 1;
    counts.set(slug, count);
    const tenant = await started().createTenant({
      provider: slug,
      name: `acme${count}`,
      ...facts.tenants[size],
      // What is read again and again would come to the provider's own limits.
      unlimited: true,
      ...options,
    });
    made.push(tenant);
    return tenant;
  }

  function open(
    { connector, facts }: Subject,
    { credentials }: SandboxTenant,
    { mode = Object.keys(facts.modes)[0]!, settings = {}, through }: ConnectOptions = {},
  ): Live {
    const given = Object.entries({ ...facts.modes[mode]!.settings(credentials), ...settings });
    const live = new Live(
      connector,
      through ?? started().url,
      Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    );
    lives.push(live);
    return live;
  }

  return {
    sandbox: started,
    newTenant,
    tenant: (subject, size = "small") => {
      const key = `${subject.slug} ${size}`;
      const tenant = tenants.get(key) ?? newTenant(subject, size);
      tenants.set(key, tenant);
      return tenant;
    },
    open,
    async connect(subject, tenant, options = {}) {
      const { mode = modesOf(subject)[0]! } = options;
      const { consent } = subject.facts.modes[mode]!;
      const live = open(subject, tenant, options);
      expect(subject.connector.authorization.interactive(live.settings), `${mode} asks a person`).toBe(
        consent !== undefined,
      );
      if (consent) await consentTo(live, consent(tenant.credentials));
      else await live.obtain();
      return live;
    },
  };
}

/** What a browser does at the consent page, without one: sends its form, and follows the redirect back to us. */
export async function consentTo(live: Live, fields: Record<string, string> = {}): Promise<void> {
  const codeVerifier = randomBytes(32).toString("base64url");
  const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
  const page = live.authorizationUrl({ redirectUri, state: "state-1", codeChallenge });
  const body = new URLSearchParams({ ...Object.fromEntries(page.searchParams), decision: "allow", ...fields });
  const answer = await fetch(page, { method: "POST", redirect: "manual", body });
  const location = answer.headers.get("location");
  if (!location) throw new Error(`The consent page answered ${answer.status}: ${await answer.text()}`);
  const back = new URL(location);
  expect(back.origin + back.pathname).toBe(redirectUri);
  expect(back.searchParams.get("state")).toBe("state-1");
  const parameters = Object.fromEntries(back.searchParams);
  await live.exchange({ code: parameters.code ?? null, redirectUri, codeVerifier, parameters });
}

/** The start of a first read that takes in everything a tenant of this size has ever logged. */
export function startOf({ facts }: Subject, size: Size): Date {
  return new Date(Date.now() - (facts.tenants[size].historyDays ?? 0) * 86_400_000 - 3_600_000);
}
