import type { Delivery, Provider, SandboxKit, SandboxRequest, Tenant, TenantOptions } from "./provider.ts";
import * as pretended from "./providers/index.ts";
import { Webhooks } from "./webhooks.ts";

const providers: readonly Provider[] = Object.values(pretended);

/** All tenants of all simulated providers, and what they may use. */
export class World implements SandboxKit {
  readonly webhooks = new Webhooks();
  private readonly byKey = new Map<string, Tenant>();
  private readonly live = new Map<string, NodeJS.Timeout>();
  private readonly providers: readonly Provider[];

  constructor(list: readonly Provider[] = providers) {
    this.providers = list;
  }

  now(): number {
    return Date.now();
  }

  tenant(provider: string, name: string): Tenant | undefined {
    return this.byKey.get(`${provider}/${name}`);
  }

  tenants(provider: string): Tenant[] {
    return this.allTenants().filter((tenant) => tenant.options.provider === provider);
  }

  allTenants(): Tenant[] {
    return [...this.byKey.values()];
  }

  deliver(delivery: Delivery): Promise<{ status: number; body: string }> {
    return this.webhooks.deliver(delivery);
  }

  /** A host may belong to a family of apps: the one answers of which a tenant is called. */
  providerFor(request: SandboxRequest): Provider | undefined {
    const serving = this.providers.filter((provider) => provider.serves(request.host));
    return serving.find((provider) => provider.isCalled?.(request, this)) ?? serving[0];
  }

  /** The tenant, or why there is none. */
  createTenant(options: TenantOptions): Tenant | string {
    const provider = this.providers.find((one) => one.slug === options.provider);
    if (!provider) return `unknown provider: ${options.provider}`;
    if (!options.name) return "name is missing";
    const key = `${options.provider}/${options.name}`;
    if (this.byKey.has(key)) return "exists";
    const tenant = provider.createTenant(options, this);
    this.byKey.set(key, tenant);
    return tenant;
  }

  removeTenant(provider: string, name: string): boolean {
    this.setLive(provider, name, 0);
    return this.byKey.delete(`${provider}/${name}`);
  }

  /** Keeps making events at this rate until it is called again; 0 stops. False when there is no such tenant. */
  setLive(provider: string, name: string, eventsPerSecond: number): boolean {
    const key = `${provider}/${name}`;
    clearInterval(this.live.get(key));
    this.live.delete(key);
    const tenant = this.byKey.get(key);
    if (!tenant) return false;
    if (eventsPerSecond <= 0) return true;
    let owed = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      owed += ((now - last) / 1000) * eventsPerSecond;
      last = now;
      for (; owed >= 1; owed -= 1) tenant.emit();
    }, 100);
    this.live.set(key, timer);
    return true;
  }

  close(): void {
    for (const timer of this.live.values()) clearInterval(timer);
    this.live.clear();
    this.webhooks.close();
  }
}
