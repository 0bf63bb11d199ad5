import type { EventSource } from "../../kit/tenant.ts";
import { hmacHeader, type Subscription, Webhooks } from "../../kit/webhooks.ts";
import type { Delivery, SandboxKit } from "../../provider.ts";

export interface HookedTeam {
  team: { id: string };
  app: { secret: string };
  /** The member whose files an event changed; undefined for other events. */
  changedBy(number: number): string | undefined;
}

/** The webhook of an app: one address, entered in its settings. https://www.dropbox.com/developers/reference/webhooks */
export function hooksOf(
  tenant: Delivery["tenant"] & EventSource & HookedTeam,
  kit: SandboxKit,
): Webhooks<Subscription> {
  return new Webhooks<Subscription>(tenant, kit, {
    retryAfterMs: [100],
    body(_, number) {
      const member = tenant.changedBy(number);
      if (member === undefined) return undefined;
      return { list_folder: { teams: { [tenant.team.id]: [member] } }, delta: { users: [] } };
    },
  });
}

/** Asks the address whether it takes webhooks, and uses it from then on. */
export async function enterWebhook(hooks: Webhooks<Subscription>, url: string, secret: string): Promise<boolean> {
  const sign = hmacHeader({ header: "x-dropbox-signature", secret });
  const hook: Subscription = { id: "app", url, active: false, sign };
  const challenge = "GgkLd3xvQ_c-9pQ2";
  const asked = new URL(url);
  asked.searchParams.set("challenge", challenge);
  hook.active = await hooks.challenge(hook, { url: asked.href }, (body) => body === challenge);
  hooks.add(hook);
  return hook.active;
}
