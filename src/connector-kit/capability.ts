import type { CatalogueEntry } from "./connector.ts";
import {
  type ActivityCategory,
  type CapabilityKind,
  type CapabilitySupport,
  capabilityKinds,
  type ProviderActionKind,
  type ScanStream,
} from "./contract/kinds.ts";
import type { Manifest } from "./contract/manifest.ts";

export interface Capability {
  kind: CapabilityKind;
  support: CapabilitySupport;
  note: string | null;
}

/** What makes a capability true: any of these streams, or any of these actions. */
type Evidence = {
  stream?: ScanStream;
  /** The stream must produce this category. */
  category?: ActivityCategory;
  /** The provider must push the stream's changes to us. */
  realTime?: boolean;
  /** The connector must have checks to run over the stream. */
  checks?: boolean;
  actions?: readonly ProviderActionKind[];
};

const evidence: Readonly<Record<CapabilityKind, Evidence>> = {
  LIST_ACCOUNTS: { stream: "USERS" },
  LIST_GROUPS: { stream: "GROUPS" },
  LIST_PRIVILEGES: { stream: "PRIVILEGES" },
  LOG_ON_ACTIVITY: { stream: "ACTIVITIES", category: "LOG_ON" },
  USER_ACTIVITY: { stream: "ACTIVITIES", category: "USER" },
  ADMIN_ACTIVITY: { stream: "ACTIVITIES", category: "ADMIN" },
  USER_GOVERNANCE: {
    actions: [
      "CONFIRM_USER_COMPROMISED",
      "SUSPEND_USER",
      "UNSUSPEND_USER",
      "REQUIRE_SIGN_IN_AGAIN",
      "RESET_PASSWORD",
      "REVOKE_ADMIN_PRIVILEGES",
    ],
  },
  VIEW_APP_PERMISSIONS: { stream: "OAUTH_APPS" },
  REVOKE_APP_PERMISSIONS: { actions: ["REVOKE_APP", "REVOKE_APP_FOR_USER", "BAN_APP"] },
  SECURITY_POSTURE: { stream: "POSTURE", checks: true },
  DLP_BACKLOG_SCAN: { stream: "FILES" },
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

const lowered: readonly CapabilitySupport[] = ["PARTIAL", "PREVIEW"];

/**
 * All fifteen, in the order of `capabilityKinds`. Support is what is declared and coded; the manifest can lower it or say
 * why there is none. A claim above the code is ignored here and named by `falseClaims`.
 * Without code, a kind the manifest mentions without an absence is planned, and its note states that.
 */
export function capabilitiesOf(entry: CatalogueEntry): Capability[] {
  return capabilityKinds.map((kind) => {
    const claim = claimOf(entry.manifest, kind);
    const absence = claim?.support !== undefined && !lowered.includes(claim.support) ? claim.support : "NOT_SUPPORTED";
    if (!coded(entry, kind)) {
      const planned = entry.code === null && claim !== undefined && claim.support === undefined;
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
export function falseClaims(entry: CatalogueEntry): string[] {
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

function coded({ manifest, code }: CatalogueEntry, kind: CapabilityKind): boolean {
  if (!code) return false;
  const { stream, category, realTime, checks, actions } = evidence[kind];
  if (actions) return actions.some((action) => manifest.actions?.[action] && code.actions[action]);
  if (!stream) return false;
  const fact = manifest.streams[stream];
  if (!fact || !code.streams[stream]) return false;
  if (category && !fact.categories?.includes(category)) return false;
  if (realTime && !fact.realTime) return false;
  return !checks || code.checks.length > 0;
}
