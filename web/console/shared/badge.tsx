import type { ReactNode } from "react";
import { words } from "./words.ts";

export type Tone = "neutral" | "good" | "warn" | "bad" | "info" | "critical";

export function Badge({
  tone = "neutral",
  children,
  dot = false,
}: {
  tone?: Tone;
  children: ReactNode;
  dot?: boolean;
}) {
  return (
    <span className={`badge badge-${tone}`}>
      {dot && <span className="badge-dot" aria-hidden="true" />}
      {children}
    </span>
  );
}

const tones: Record<string, Tone> = {
  ...{ CRITICAL: "critical", HIGH: "bad", MEDIUM: "warn", LOW: "info", INFORMATIONAL: "neutral" },
  ...{ HEALTHY: "good", DEGRADED: "warn", STALE: "warn", FAILING: "bad" },
  ...{ CONNECTED: "good", ERROR: "bad", AWAITING_AUTHORIZATION: "warn", CONNECTING: "info", DISABLED: "neutral" },
  ...{ OPEN: "bad", IN_PROGRESS: "info", TRUE_POSITIVE: "bad", FALSE_POSITIVE: "neutral", BENIGN: "good" },
  ...{
    AWAITING_APPROVAL: "warn",
    QUEUED: "info",
    RUNNING: "info",
    SUCCEEDED: "good",
    FAILED: "bad",
    THROTTLED: "warn",
  },
  ...{ SUCCESS: "good", FAILURE: "bad", ACTIVE: "good", SUSPENDED: "warn", DELETED: "neutral", INVITED: "info" },
  ...{ PUBLIC: "bad", EXTERNAL: "warn", INTERNAL: "info", PRIVATE: "neutral" },
  ...{ BANNED: "bad", APPROVED: "good", UNDETERMINED: "neutral" },
  ...{ TO_ADDRESS: "warn", COMPLETED: "good", RISK_ACCEPTED: "neutral", PLANNED: "info", NOT_EVALUATED: "neutral" },
  ...{ DELIVERED: "good", PENDING: "info", DEAD: "bad" },
};

/** A value of one of the schema's enums, in words and with the colour of its weight. */
export function State({ value, label }: { value: string; label?: string }) {
  return (
    <Badge tone={tones[value] ?? "neutral"} dot>
      {label ?? words(value)}
    </Badge>
  );
}
