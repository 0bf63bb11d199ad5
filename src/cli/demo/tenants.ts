/** The organisation the demo shows: Northwind and its apps, as the sandbox makes them. */
export interface DemoTenant {
  /** Instance name. */
  title: string;
  connectorSlug: string;
  tenant: {
    provider: string;
    name: string;
    seed: number;
    users: number;
    groups: number;
    events: number;
    historyDays: number;
    unlimited: boolean;
  };
  /** Settings of connectInstance from the tenant's credentials. */
  settings: (credentials: Record<string, string>) => Record<string, string | undefined>;
  /** New events a second, once connected. */
  eventsPerSecond: number;
}

const base = { name: "northwind", seed: 7, groups: 12, historyDays: 7, unlimited: true };

export const demoTenants: readonly DemoTenant[] = [
  {
    title: "Okta · Northwind",
    connectorSlug: "okta",
    tenant: { ...base, provider: "okta", users: 320, events: 4000 },
    settings: (c) => ({
      mode: "oauth",
      domain: c.domain,
      clientId: c.clientId,
      keyId: c.keyId,
      privateKey: c.privateKey,
    }),
    eventsPerSecond: 1,
  },
  {
    title: "GitHub · northwind",
    connectorSlug: "github",
    tenant: { ...base, provider: "github", users: 140, events: 3000 },
    settings: (c) => ({ mode: "oauth", org: c.org, clientId: c.clientId, clientSecret: c.clientSecret }),
    eventsPerSecond: 0.5,
  },
  {
    title: "Workday · Northwind",
    connectorSlug: "workday",
    tenant: { ...base, provider: "workday", users: 450, events: 3000 },
    settings: (c) => ({
      clientId: c.clientId,
      clientSecret: c.clientSecret,
      restEndpoint: c.restEndpoint,
      tokenEndpoint: c.tokenEndpoint,
      authorizationEndpoint: c.authorizationEndpoint,
    }),
    eventsPerSecond: 0.5,
  },
  {
    title: "Workplace · Northwind",
    connectorSlug: "workplace",
    tenant: { ...base, provider: "workplace", users: 260, events: 0 },
    settings: (c) => ({ appId: c.appId, appSecret: c.appSecret }),
    eventsPerSecond: 1,
  },
];
