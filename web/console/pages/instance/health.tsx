import type { InstanceStateFragment } from "../../__generated__/fragments.ts";
import { State } from "../../shared/badge.tsx";
import { words } from "../../shared/words.ts";

/** The state of the connection where there is one, and its health otherwise. */
export function InstanceHealth({ instance }: { instance: Pick<InstanceStateFragment, "status" | "health"> }) {
  return instance.status === "CONNECTED" ? <State value={instance.health.state} /> : <State value={instance.status} />;
}

const dayMs = 86_400_000;

/** What is wrong with an instance, in a line; null if nothing is. */
export function troubleOf(instance: InstanceStateFragment): string | null {
  if (instance.status === "ERROR") return instance.statusReason ?? "The connection failed.";
  if (instance.status === "AWAITING_AUTHORIZATION") return "Consent at the app has not been given.";
  if (instance.status !== "CONNECTED") return null;
  const expiry = daysUntil(instance.credentialExpiresAt);
  if (expiry !== null && expiry <= 14)
    return expiry < 0 ? "The credential has expired." : `The credential expires in ${expiry} days.`;
  const silent = instance.health.streams.filter((stream) => stream.silentSince);
  if (silent.length > 0) return `Silent: ${silent.map(({ stream }) => words(stream).toLowerCase()).join(", ")}.`;
  const failing = instance.health.streams.filter((stream) => stream.consecutiveFailures > 0);
  if (failing.length > 0) return `Failing: ${failing.map(({ stream }) => words(stream).toLowerCase()).join(", ")}.`;
  return instance.health.state === "HEALTHY" ? null : "Its health is reduced.";
}

/** Whole days from now; negative if it is past, null for no date. */
export function daysUntil(instant: string | null): number | null {
  return instant === null ? null : Math.floor((new Date(instant).getTime() - Date.now()) / dayMs);
}
