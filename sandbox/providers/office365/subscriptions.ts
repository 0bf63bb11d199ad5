import { uuidAt } from "../../generator.ts";
import { type Signing, type Subscription, Webhooks } from "../../kit/webhooks.ts";
import { isoSecond } from "../_microsoft/people.ts";
import type { Drives } from "./drives.ts";
import type { Office365Tenant } from "./tenant.ts";

/** https://learn.microsoft.com/en-us/graph/api/resources/subscription */
export interface DriveSubscription extends Subscription {
  applicationId: string;
  changeType: string;
  clientState: string | null;
  lifecycleUrl: string | null;
  /** Index of the drive. */
  drive: number;
  resource: string;
  /** Asked for with `Prefer: includesecuritywebhooks`. */
  withSharing: boolean;
  expiresAt: number;
}

const unsigned: Signing = () => ({});

/** Subscriptions to drives. A notice names the drive and nothing of what changed; it carries the client's secret and no signature. */
export class Subscriptions {
  readonly hooks: Webhooks<DriveSubscription>;
  readonly #tenant: Office365Tenant;
  #made = 0;

  constructor(tenant: Office365Tenant, drives: Drives) {
    this.#tenant = tenant;
    this.hooks = new Webhooks<DriveSubscription>(tenant, tenant.kit, {
      body: (subscription, number) =>
        this.#isOfFiles(number) && subscription.drive === 0 ? this.notice(subscription) : undefined,
      timeoutMs: 3000,
      retryAfterMs: [1000, 2000],
    });
    for (const drive of drives.all) drive.onChange(() => this.#announce(drive.index));
  }

  make(facts: Omit<DriveSubscription, "id" | "active" | "sign">): DriveSubscription {
    this.#made += 1;
    return { ...facts, id: uuidAt(this.#tenant.options.seed, this.#made, 881), active: true, sign: unsigned };
  }

  notice(subscription: DriveSubscription, more: Record<string, unknown> = {}): Record<string, unknown> {
    return { value: [{ ...this.#basics(subscription), changeType: "updated", ...more }] };
  }

  /** `reauthorizationRequired`, `subscriptionRemoved`, `missed`: to the lifecycle address of each subscription. */
  async sendLifecycle(lifecycleEvent: string): Promise<number> {
    const addressed = [...this.hooks.all.values()].filter(({ lifecycleUrl }) => lifecycleUrl !== null);
    for (const one of addressed) {
      if (lifecycleEvent === "subscriptionRemoved") this.hooks.all.delete(one.id);
      const value = [{ ...this.#basics(one), lifecycleEvent }];
      await this.hooks.send({ ...one, url: one.lifecycleUrl! }, { value });
    }
    return addressed.length;
  }

  #basics({ id, clientState, resource, expiresAt }: DriveSubscription): Record<string, unknown> {
    return {
      subscriptionId: id,
      clientState,
      resource,
      tenantId: this.#tenant.entra.tenantId,
      subscriptionExpirationDateTime: isoSecond(expiresAt),
      resourceData: { "@odata.type": "#Microsoft.Graph.DriveItem" },
    };
  }

  /** An event of a file that is made by hand happens in the first drive. */
  #isOfFiles(number: number): boolean {
    return /^(File|Folder|Sharing|AnonymousLink|CompanyLink)/.test(this.#tenant.timeline.noteAt(number)?.type ?? "");
  }

  #announce(drive: number): void {
    for (const one of this.hooks.all.values())
      if (one.drive === drive && one.expiresAt > this.#tenant.kit.now()) void this.hooks.send(one, this.notice(one));
  }
}
