import { rsaKeyOf, secretOf } from "../../../sandbox/keys.ts";
import { type Api, guarded, open, serveApi } from "../../../sandbox/kit/api.ts";
import { bodyOf, credentialOf } from "../../../sandbox/kit/body.ts";
import { Groups, People } from "../../../sandbox/kit/directory.ts";
import { directoryChanges } from "../../../sandbox/kit/directory-changes.ts";
import { ids } from "../../../sandbox/kit/ids.ts";
import { type Granted, grantTypes, type OAuthDialect } from "../../../sandbox/kit/oauth-dialect.ts";
import { OAuthServer } from "../../../sandbox/kit/oauth-server.ts";
import { tenantAtSharedHost } from "../../../sandbox/kit/shared-host.ts";
import { type Emitted, KitTenant } from "../../../sandbox/kit/tenant.ts";
import { tokenListing } from "../../../sandbox/kit/token-listing.ts";
import { type Subscription, Webhooks } from "../../../sandbox/kit/webhooks.ts";
import type { Provider, SandboxEvent, SandboxKit, SandboxResponse, TenantOptions } from "../../../sandbox/provider.ts";
import { Limiter, missesScope } from "../../../sandbox/trouble.ts";

/** A small provider that uses all of the kit: what the kit's own tests talk to over HTTP. */

interface Note {
  type?: string;
  actor?: string;
}

const dialect: OAuthDialect = {
  grants: Object.values(grantTypes),
  clientProof: "either",
  pkce: "optional",
  refresh: "rotate",
  lifetimes: { codeSeconds: 30, accessSeconds: 3600, refreshSeconds: 86_400 },
  assertion: { audiences: ({ host }) => [`https://${host}/token`], maxSeconds: 60, single: true },
  clientSubject: (form, { id }) => (form.get("subject") === "stranger" ? undefined : (form.get("subject") ?? id)),
  subjectOf: ({ sub }) => (String(sub).endsWith(".example") ? String(sub) : undefined),
  scopes: { unknown: "refuse", none: "all" },
  adminConsented: ({ id }) => ({ admin_consent: "True", tenant: `tenant-of-${id}` }),
};

export class ExampleTenant extends KitTenant<Note> {
  readonly people: People<"active" | "suspended">;
  readonly groups: Groups & { idOf(group: number): string; find(id: string): number | undefined };
  readonly hooks: Webhooks<Subscription>;
  readonly oauth: OAuthServer;
  readonly limiter = new Limiter(60_000);

  constructor(options: TenantOptions, kit: SandboxKit, more: Partial<OAuthDialect> = {}) {
    super(options, kit, {
      ...directoryChanges({
        status: { suspended: "suspended", active: "active" },
        events: { add: "added", delete: "deleted", suspend: "suspended", unsuspend: "restored" },
        record: (tenant: ExampleTenant, type) => tenant.append({ type }),
        groups: { of: ({ groups }) => groups, events: { add: "joined", remove: "left" } },
      }),
    });
    const { seed, name } = this.options;
    this.people = new People(this.options, {
      ...ids("u", seed, 12),
      statusOf: () => "active",
    });
    const groups = new Groups(this.people, { count: this.options.groups, isMember: () => false });
    const { idOf, indexOfId: find } = ids("g", seed, 12);
    this.groups = Object.assign(groups, { idOf, find });
    this.hooks = new Webhooks(this, kit, {
      body: (_, number) => ({ event: this.event(number) }),
      retryAfterMs: [10],
      timeoutMs: 1000,
    });
    const client = {
      id: `client-of-${name}`,
      name: "Gateway",
      secret: secretOf(this.options, "client", 20),
      keys: [{ id: "k1", publicKey: rsaKeyOf(this.options, "client").publicKey }],
      redirectUris: ["https://gateway.example/callback"],
      scopes: ["users.read", "events.read"],
    };
    this.oauth = new OAuthServer(
      {
        tenant: this,
        now: () => kit.now(),
        client: (id) => (id === client.id ? client : undefined),
        consenter: () => this.people.emailOf(0),
        onConsent: () => void this.append({ type: "consented" }),
      },
      { ...dialect, ...more },
    );
  }

  event(number: number): SandboxEvent {
    const { type = "viewed", actor = this.people.emailOf(number % 3) } = this.timeline.noteAt(number) ?? {};
    return { id: `e${number}`, type, at: this.timeline.timeAt(number), actor };
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  userCount(): number {
    return this.people.present;
  }

  credentials(): Record<string, string> {
    const { options } = this;
    return {
      clientId: `client-of-${options.name}`,
      clientSecret: secretOf(options, "client", 20),
      privateKey: rsaKeyOf(options, "client").privatePem,
    };
  }

  protected noteOf({ type, actor }: Emitted): Note {
    return { ...(type && { type }), ...(actor && { actor }) };
  }
}

function fail(status: number, error: string): SandboxResponse {
  return { status, body: { error } };
}

const api: Api<ExampleTenant, Granted> = {
  routes: [
    open("GET", "/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("GET", "/adminconsent", ({ tenant, request }) => tenant.oauth.adminConsent(request)),
    open("POST", "/adminconsent", ({ tenant, request }) => tenant.oauth.adminConsent(request)),
    open("POST", "/token", ({ tenant, request }) => tenant.oauth.token(request)),
    open("POST", "/revoke", ({ tenant, request }) => tenant.oauth.revoke(request)),
    guarded("GET", "/users", "users.read", ({ tenant, request }) => {
      const asked = { token: request.query.get("pageToken"), size: request.query.get("size") };
      const page = tokenListing(tenant, tenant.people, asked, {
        sizes: { usual: 2, max: 3 },
        write: (user) => ({ id: tenant.people.idOf(user) }),
        shaped: { stream: "users", required: ["id"] },
      });
      if (!page) return fail(400, "bad page token");
      return { status: 200, body: { users: page.entries.map(({ id }) => id), nextPageToken: page.nextToken } };
    }),
    guarded("POST", "/echo", "", ({ request }) => ({ status: 200, body: bodyOf(request) ?? "unreadable" })),
    guarded("GET", "/me", "", ({ caller }) => ({ status: 200, body: caller })),
  ],
  find(request, kit) {
    const tenant =
      request.host === "shared.api.example"
        ? tenantAtSharedHost<ExampleTenant>(request, kit, {
            slug: "example",
            tokenPrefix: "",
            hasClient: ({ options }, id) => id === `client-of-${options.name}`,
          })
        : (kit.tenant("example", request.host.split(".")[0] ?? "") as ExampleTenant | undefined);
    return tenant ? { tenant } : { refusal: fail(404, "no such tenant") };
  },
  serverError: (_, status) => fail(status, "server error"),
  rateLimited: (_, seconds) => ({ ...fail(429, "slow down"), headers: { "retry-after": String(seconds) } }),
  authenticate({ tenant, request }) {
    const granted = tenant.faults.unauthorized
      ? undefined
      : tenant.oauth.authenticate(credentialOf(request, "bearer") ?? "");
    return granted ? { caller: granted } : { refusal: fail(401, "bad token") };
  },
  limit({ tenant, caller, now }) {
    const { remaining, exceeded } = tenant.limiter.take(caller.grant, 20, now);
    const headers = { "x-remaining": String(remaining) };
    return exceeded ? { headers, refusal: { ...fail(429, "used up"), headers } } : { headers };
  },
  refuse: ({ tenant, caller }, scope) =>
    scope === "" || (caller.scopes.includes(scope) && !missesScope(tenant, scope))
      ? undefined
      : fail(403, `needs ${scope}`),
  noRoute: () => fail(404, "no such call"),
  headers: () => ({ "x-served-by": "example" }),
};

export function example(more: Partial<OAuthDialect> = {}): Provider {
  return {
    slug: "example",
    serves: (host) => host.endsWith(".api.example"),
    createTenant: (options, kit) => new ExampleTenant(options, kit, more),
    handle: (request, kit) => serveApi(api, request, kit),
  };
}
