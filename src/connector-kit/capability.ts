import type { App } from "./app.ts";
import {
  type ActivityCategory,
  accountActionKinds,
  type CapabilityKind,
  type CapabilitySupport,
  capabilityKinds,
  type ProviderActionKind,
  type ScanStream,
} from "./contract/kinds.ts";
import type { Manifest, StreamFact } from "./contract/manifest.ts";

export interface Capability {
  kind: CapabilityKind;
  support: CapabilitySupport;
  note: string | null;
}

/** A stream that makes a capability true. */
export interface StreamEvidence {
  stream: ScanStream;
  /** It must produce this category. */
  category?: ActivityCategory;
  /** The provider must push its changes to us. */
  realTime?: boolean;
  /** What was there before connecting must be readable. */
  backlog?: boolean;
}
/** What makes a capability true: this stream, or any of these actions. */
export type Evidence = StreamEvidence | { actions: readonly ProviderActionKind[] };

/**
 * The one table behind capabilities: what a connector's code can do (below) and what an instance's scopes, settings and parts leave of
 * it (src/instances/capabilities.ts) are both read from it.
 */
export const evidence: Readonly<Record<CapabilityKind, Evidence>> = {
  LIST_ACCOUNTS: { stream: "USERS" },
  LIST_GROUPS: { stream: "GROUPS" },
  LIST_PRIVILEGES: { stream: "PRIVILEGES" },
  LOG_ON_ACTIVITY: { stream: "ACTIVITIES", category: "LOG_ON" },
  USER_ACTIVITY: { stream: "ACTIVITIES", category: "USER" },
  ADMIN_ACTIVITY: { stream: "ACTIVITIES", category: "ADMIN" },
  USER_GOVERNANCE: { actions: accountActionKinds },
  VIEW_APP_PERMISSIONS: { stream: "OAUTH_APPS" },
  REVOKE_APP_PERMISSIONS: { actions: ["REVOKE_APP", "REVOKE_APP_FOR_USER", "BAN_APP"] },
  SECURITY_POSTURE: { stream: "POSTURE" },
  DLP_BACKLOG_SCAN: { stream: "FILES", backlog: true },
  DLP_NEAR_REAL_TIME_SCAN: { stream: "FILES", realTime: true },
  SHARING_CONTROL: {
    actions: [
      "REMOVE_PUBLIC_SHARING",
      "REDUCE_PUBLIC_ACCESS",
      "REMOVE_EXTERNAL_USERS",
      "MAKE_PRIVATE",
      "REMOVE_COLLABORATOR",
      "REMOVE_USER_COLLABORATIONS",
      "EXPIRE_SHARED_LINK",
      "SET_SHARED_LINK_ACCESS",
      "INHERIT_PARENT_PERMISSIONS",
    ],
  },
  FILE_GOVERNANCE: {
    actions: ["QUARANTINE_FILE", "RESTORE_FILE", "TRASH_FILE", "OVERWRITE_FILE", "TRANSFER_FILE_OWNERSHIP"],
  },
  SENSITIVITY_LABELS: { actions: ["APPLY_LABEL", "REMOVE_LABEL"] },
};

/** What an app without files cannot have. */
const ofFiles: ReadonlySet<CapabilityKind> = new Set([
  "DLP_BACKLOG_SCAN",
  "DLP_NEAR_REAL_TIME_SCAN",
  "SHARING_CONTROL",
  "FILE_GOVERNANCE",
  "SENSITIVITY_LABELS",
]);

const lowered: readonly CapabilitySupport[] = ["PARTIAL", "PREVIEW"];

/**
 * All fifteen, in the order of `capabilityKinds`. Support is what is declared and coded; the manifest can lower it or say
 * why there is none. A claim above the code is ignored here and named by `falseClaims`.
 * Without code, a kind the manifest mentions without an absence is planned, and its note states that. With code and without a stream of
 * files, what concerns files and is not mentioned is not applicable; an app whose files the code does not read has to mention it.
 */
export function capabilitiesOf(entry: App): Capability[] {
  return capabilityKinds.map((kind) => {
    const claim = claimOf(entry.manifest, kind);
    const hasNoFiles = entry.load !== null && entry.manifest.streams.FILES === undefined;
    const usual = claim === undefined && hasNoFiles && ofFiles.has(kind) ? "NOT_APPLICABLE" : "NOT_SUPPORTED";
    const absence = claim?.support !== undefined && !lowered.includes(claim.support) ? claim.support : usual;
    if (!coded(entry, kind)) {
      const planned = entry.load === null && claim !== undefined && claim.support === undefined;
      return {
        kind,
        support: absence,
        note: planned ? ["Planned.", claim.note].filter(Boolean).join(" ") : (claim?.note ?? null),
      };
    }
    const support = claim?.support !== undefined && lowered.includes(claim.support) ? claim.support : "SUPPORTED";
    return { kind, support, note: claim?.note ?? null };
  });
}

/** Where a manifest claims more than the code does, or denies what it does. Empty for every connector in the list: a test sees to it. */
export function falseClaims(entry: App): string[] {
  return capabilityKinds.flatMap((kind) => {
    const support = claimOf(entry.manifest, kind)?.support;
    if (support === undefined) return [];
    const claimsCode = lowered.includes(support);
    if (claimsCode === coded(entry, kind)) return [];
    return [
      `${entry.manifest.slug}: ${kind} is declared ${support}, but the code ${claimsCode ? "has nothing for it" : "does it"}.`,
    ];
  });
}

function claimOf(manifest: Manifest, kind: CapabilityKind): { support?: CapabilitySupport; note?: string } | undefined {
  return manifest.capabilities?.[kind];
}

/** A declared stream or action without its function does not compile, so what is declared is coded. */
function coded({ manifest, load }: App, kind: CapabilityKind): boolean {
  if (!load) return false;
  const wanted = evidence[kind];
  if ("actions" in wanted) return wanted.actions.some((action) => manifest.actions?.[action] !== undefined);
  const fact = manifest.streams[wanted.stream];
  return fact !== undefined && isEvidence(wanted, fact);
}

/** Whether a stream of these facts, or a part of it, yields what the capability needs. */
export function isEvidence({ category, realTime, backlog }: StreamEvidence, fact: StreamFact): boolean {
  if (category && !fact.categories?.includes(category)) return false;
  if (realTime && !fact.realTime) return false;
  return !backlog || fact.backlog !== false;
}
