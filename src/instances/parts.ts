import type { Connector } from "#src/connector-kit/connector.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { type ScanStream, scanStreams } from "#src/connector-kit/contract/kinds.ts";
import type { StreamPart } from "#src/connector-kit/contract/streams.ts";
import { ProviderScopeError } from "#src/errors.ts";

/** The parts of each stream that consists of parts; of one whose parts may not be listed, why. */
export type ListedParts = ReadonlyMap<ScanStream, readonly StreamPart[] | { refused: string }>;

/** A connection that was tested, and what it is to read. */
export interface ProvenConnection extends ConnectionTest {
  parts: ListedParts;
}

/** Proves the credential, names the tenant and lists the parts of its streams. Throws ProviderError. */
export async function proveConnection(connector: Connector, context: Context): Promise<ProvenConnection> {
  const test = await connector.testConnection(context);
  return { ...test, parts: await listParts(connector, context) };
}

/** A missing scope switches off the stream whose parts it hides, and the others go on; every other ProviderError is thrown. */
export async function listParts(connector: Connector, context: Context): Promise<ListedParts> {
  const listed = new Map<ScanStream, readonly StreamPart[] | { refused: string }>();
  for (const stream of scanStreams) {
    const list = connector.parts?.[stream];
    const fact = connector.manifest.streams[stream];
    if (!list || !fact || fact.when?.(context.settings, context.components) === false) continue;
    try {
      listed.set(stream, checked(connector, stream, await list(context)));
    } catch (error) {
      if (!(error instanceof ProviderScopeError)) throw error;
      listed.set(stream, { refused: error.message });
    }
  }
  return listed;
}

/** A name is half of a key: the empty one stands for a stream without parts. */
function checked(connector: Connector, stream: ScanStream, parts: readonly StreamPart[]): readonly StreamPart[] {
  const names = new Set(parts.map(({ name }) => name));
  if (names.has("")) throw new Error(`${connector.manifest.slug} names a part of ${stream} with an empty text`);
  return [...names].map((name) => parts.find((part) => part.name === name) as StreamPart);
}
