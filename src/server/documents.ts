import type { DocumentNode } from "graphql";

/** Parsed documents that passed validation, by their text, up to so many bytes in all. */
export interface DocumentCache {
  get(query: string): DocumentNode | undefined;
  /** Keeps a document with what is later prepared for it. One that alone would take a large part of the room is not kept. */
  keep(query: string, document: DocumentNode): void;
  /** Bytes that the kept documents are estimated to take. */
  readonly bytes: number;
}

/** A token with its share of the tree, of the tables of validation and of the compiled operation; measured: 180 to 520 bytes. */
const bytesPerToken = 550;
/** Costs by variables, and other memory that does not grow with the document. */
const bytesPerDocument = 32 * 1024;

interface Kept {
  document: DocumentNode;
  bytes: number;
  /** Asked for since it was last considered for removal. */
  isUsed: boolean;
}

/**
 * The oldest document goes first, unless it was asked for meanwhile: then it is spared once. So a hit costs no more than a look-up, and
 * documents that come once push out each other before those that are in use.
 */
export function createDocumentCache(maxBytes: number): DocumentCache {
  const kept = new Map<string, Kept>();
  let bytes = 0;

  function trim(): void {
    for (const [query, entry] of kept) {
      if (bytes <= maxBytes) return;
      kept.delete(query);
      if (entry.isUsed) {
        entry.isUsed = false;
        kept.set(query, entry);
      } else bytes -= entry.bytes;
    }
  }

  return {
    get(query) {
      const entry = kept.get(query);
      if (!entry) return undefined;
      entry.isUsed = true;
      return entry.document;
    },
    keep(query, document) {
      if (kept.has(query)) return;
      const size = estimateBytes(query, document);
      if (size > maxBytes / 16) return;
      kept.set(query, { document, bytes: size, isUsed: false });
      bytes += size;
      trim();
    },
    get bytes() {
      return bytes;
    },
  };
}

function estimateBytes(query: string, document: DocumentNode): number {
  let tokens = 0;
  for (let token = document.loc?.startToken ?? null; token; token = token.next) tokens += 1;
  return bytesPerDocument + 2 * query.length + tokens * bytesPerToken;
}
