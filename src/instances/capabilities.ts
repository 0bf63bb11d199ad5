import type { App } from "#src/connector-kit/app.ts";
import {
  capabilitiesOf,
  type Evidence,
  evidence,
  isEvidence,
  type StreamEvidence,
} from "#src/connector-kit/capability.ts";
import type { CapabilityKind, ProviderActionKind, ScanStream } from "#src/connector-kit/contract/kinds.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { InstanceRow, StreamState } from "./row.ts";

export interface Granted {
  granted: boolean;
  reason: string | null;
  missingScopes: string[];
}

/** What of the connector's capabilities the scopes, licence, settings and parts of one instance leave. */
export function grantedCapabilities(
  instance: InstanceRow,
  entry: App | undefined = connectorBySlug(instance.connectorSlug),
): Map<CapabilityKind, Granted> {
  const result = new Map<CapabilityKind, Granted>();
  if (!entry) return result;
  for (const { kind, support, note } of capabilitiesOf(entry)) {
    const works = support === "SUPPORTED" || support === "PARTIAL" || support === "PREVIEW";
    const unavailable = instance.unavailable[kind];
    if (!works) result.set(kind, refused(note ?? "Not supported."));
    else {
      const left = leftOf(entry, evidence[kind], instance);
      result.set(kind, unavailable === undefined ? left : { ...left, granted: false, reason: unavailable });
    }
  }
  return result;
}

function leftOf(entry: App, wanted: Evidence, instance: InstanceRow): Granted {
  return "actions" in wanted ? byActions(entry, wanted.actions, instance) : byStream(entry, wanted, instance);
}

/** All the actions that these settings allow must be: one that fails for want of a scope would be found out too late. */
function byActions(entry: App, actions: readonly ProviderActionKind[], instance: InstanceRow): Granted {
  const { settings, components, missingScopes } = instance;
  const facts = actions.flatMap((action) => {
    const fact = entry.manifest.actions?.[action];
    return fact && fact.when?.(settings, components) !== false ? [fact] : [];
  });
  if (facts.length === 0) return refused("Not available with these settings.");
  const lacking = missingScopes.filter((scope) => facts.some(({ scopes }) => scopes.includes(scope)));
  return lacking.length > 0 ? refused(`Missing: ${lacking.join(", ")}.`, lacking) : granted;
}

/** One part that is read and yields it is enough: what a component or a scope takes away is exactly what its parts alone have. */
function byStream(entry: App, wanted: StreamEvidence, instance: InstanceRow): Granted {
  const { stream } = wanted;
  const fact = entry.manifest.streams[stream];
  if (!fact || fact.when?.(instance.settings, instance.components) === false)
    return refused("Not available with these settings.");
  const rows = rowsOf(entry, stream, instance).filter(({ categories }) =>
    isEvidence(wanted, categories ? { ...fact, categories } : fact),
  );
  if (rows.length === 0) return refused("No part of the app that is read here has it.");
  const missing = new Set(instance.missingScopes);
  const answers = rows.map(({ scopes, off }) => {
    const lacking = [...new Set([...fact.scopes, ...scopes])].filter((scope) => missing.has(scope));
    if (lacking.length > 0) return refused(`Missing: ${lacking.join(", ")}.`, lacking);
    return off === null ? granted : refused(off);
  });
  return answers.find((answer) => answer.granted) ?? (answers[0] as Granted);
}

/** A stream without parts is known before it has a row; what a stream consists of is known by its rows alone. */
function rowsOf(entry: App, stream: ScanStream, instance: InstanceRow): StreamState[] {
  const rows = instance.streams.filter((row) => row.stream === stream);
  if (rows.length > 0 || entry.manifest.streams[stream]?.parts) return rows;
  return [{ stream, part: "", off: null, scopes: [], categories: null }];
}

const granted: Granted = { granted: true, reason: null, missingScopes: [] };

function refused(reason: string, missingScopes: string[] = []): Granted {
  return { granted: false, reason, missingScopes };
}
