import { capabilitiesOf } from "#src/connector-kit/capability.ts";
import type { CapabilityKind, ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { InstanceRow } from "./list.ts";

export interface Granted {
  granted: boolean;
  reason: string | null;
  missingScopes: string[];
}

const streamBehind: Partial<Record<CapabilityKind, ScanStream>> = {
  LIST_ACCOUNTS: "USERS",
  LIST_GROUPS: "GROUPS",
  LIST_PRIVILEGES: "PRIVILEGES",
  LOG_ON_ACTIVITY: "ACTIVITIES",
  USER_ACTIVITY: "ACTIVITIES",
  ADMIN_ACTIVITY: "ACTIVITIES",
  VIEW_APP_PERMISSIONS: "OAUTH_APPS",
  SECURITY_POSTURE: "POSTURE",
  DLP_BACKLOG_SCAN: "FILES",
  DLP_NEAR_REAL_TIME_SCAN: "FILES",
};

/** What of the connector's capabilities the scopes, licence and settings of one instance leave. */
export function grantedCapabilities(instance: InstanceRow): Map<CapabilityKind, Granted> {
  const entry = connectorBySlug(instance.connectorSlug);
  const result = new Map<CapabilityKind, Granted>();
  if (!entry) return result;
  const missing = new Set(instance.missingScopes);
  for (const { kind, support, note } of capabilitiesOf(entry)) {
    const works = support === "SUPPORTED" || support === "PARTIAL" || support === "PREVIEW";
    if (!works) {
      result.set(kind, { granted: false, reason: note ?? "Not supported.", missingScopes: [] });
      continue;
    }
    const lacking = scopesOf(entry.manifest, kind).filter((scope) => missing.has(scope));
    const unavailable = instance.unavailable[kind];
    const reason =
      unavailable ??
      (unwanted(entry.manifest, kind, instance) ? "Not available with these settings." : null) ??
      (lacking.length > 0 ? `Missing: ${lacking.join(", ")}.` : null) ??
      instance.streamsOff[streamBehind[kind] ?? ""] ??
      null;
    result.set(kind, { granted: reason === null, reason, missingScopes: lacking });
  }
  return result;
}

function scopesOf(manifest: Manifest, kind: CapabilityKind): string[] {
  const stream = streamBehind[kind];
  if (stream) return [...(manifest.streams[stream]?.scopes ?? [])];
  const actions = Object.entries(manifest.actions ?? {});
  const wanted =
    kind === "USER_GOVERNANCE" ? /USER|SIGN_IN|PASSWORD|PRIVILEGES/ : kind === "REVOKE_APP_PERMISSIONS" ? /APP/ : /$^/;
  return [...new Set(actions.filter(([name]) => wanted.test(name)).flatMap(([, fact]) => [...fact.scopes]))];
}

function unwanted(manifest: Manifest, kind: CapabilityKind, instance: InstanceRow): boolean {
  const stream = streamBehind[kind];
  const fact = stream && manifest.streams[stream];
  return !!fact?.when && !fact.when(instance.settings, instance.components);
}
