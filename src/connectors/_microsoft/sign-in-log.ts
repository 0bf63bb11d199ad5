import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { StreamContext, StreamPart } from "#src/connector-kit/contract/streams.ts";
import { followTime } from "#src/connector-kit/log.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { auditScopes } from "./app-settings.ts";
import { graphOf, graphPages } from "./graph.ts";
import { toSignIn } from "./sign-ins.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * How the logs of Entra are read: late records within minutes by the overlap, within a day by the sweep. Newest first, in windows of four days:
 * shorter ones would make a first week of five logs wait for the five calls that are allowed in ten seconds.
 */
export const entraLog = {
  page: graphPages,
  maxSpanMs: 96 * hourMs,
  overlapMs: 15 * minuteMs,
  sweeps: [{ everyMs: 6 * hourMs, backMs: 30 * hourMs }],
} as const;

/** Sign-ins in which a person took part come from v1.0; the others exist in the beta only. */
const kinds = {
  "sign-ins": { label: "Sign-ins of people", type: null },
  "sign-ins-non-interactive": { label: "Sign-ins of people without interaction", type: "nonInteractiveUser" },
  "sign-ins-service-principal": { label: "Sign-ins of service principals", type: "servicePrincipal" },
  "sign-ins-managed-identity": { label: "Sign-ins of managed identities", type: "managedIdentity" },
} as const;

export type SignInPart = keyof typeof kinds;

export const signInParts: readonly StreamPart[] = Object.entries(kinds).map(([name, { label }]) => ({
  name,
  label,
  scopes: auditScopes,
  categories: ["LOG_ON"],
}));

export function isSignInPart(part: string | null): part is SignInPart {
  return part !== null && Object.hasOwn(kinds, part);
}

/**
 * One of the four logs of sign-ins, which need Microsoft Entra ID P1 or P2: without, ProviderScopeError with that reason.
 * Source: https://learn.microsoft.com/en-us/graph/api/signin-list
 */
export function readSignIns(context: StreamContext, cursor: string | null, part: SignInPart) {
  return followTime(context, cursor, {
    ...entraLog,
    name: part,
    of: part,
    first: (from, to) => pathOfLog(context.settings, part, from, to ?? context.now()),
    items: toSignIn,
  });
}

function pathOfLog(settings: Settings, part: SignInPart, from: Date, to: Date): string {
  const { type } = kinds[part];
  const span = `createdDateTime ge ${from.toISOString()} and createdDateTime le ${to.toISOString()}`;
  const filter = type === null ? span : `${span} and signInEventTypes/any(t: t eq '${type}')`;
  const query = new URLSearchParams({ $filter: filter, $top: "1000" });
  return `${type === null ? "" : `${graphOf(settings)}/beta`}/auditLogs/signIns?${query}`;
}

/** Null with a licence, else why there are no sign-ins in Graph. A missing permission is no answer: it throws. */
export async function whyNoSignIns({ http }: Pick<StreamContext, "http">): Promise<string | null> {
  try {
    await http.get("/auditLogs/signIns?$top=1");
    return null;
  } catch (error) {
    if (error instanceof ProviderScopeError && /licence/.test(error.message)) return error.message;
    throw error;
  }
}
