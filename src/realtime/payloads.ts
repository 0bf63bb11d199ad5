/** What was made for groups lately, so that one who fell a little behind gets it as it was made for the others. */
export interface PayloadMemory<Payload> {
  /** The payload of this name, made when it is not known; null stays null. */
  get(name: string, make: () => Promise<Payload | null>): Promise<Payload | null>;
}

/** Keeps the newest, up to so many bytes in all. */
export function createPayloadMemory<Payload extends { size: number }>(maxBytes: number): PayloadMemory<Payload> {
  const known = new Map<string, { payload: Promise<Payload | null>; size: number }>();
  let bytes = 0;

  function forget(name: string): void {
    bytes -= known.get(name)?.size ?? 0;
    known.delete(name);
  }

  function trim(): void {
    for (const name of known.keys()) {
      if (bytes <= maxBytes) return;
      forget(name);
    }
  }

  return {
    get(name, make) {
      const found = known.get(name);
      if (found) return found.payload;
      // The name and what surrounds it take room too.
      const entry = { payload: make(), size: 200 };
      known.set(name, entry);
      bytes += entry.size;
      entry.payload.then(
        (payload) => {
          if (known.get(name) !== entry) return;
          entry.size += payload?.size ?? 0;
          bytes += payload?.size ?? 0;
          trim();
        },
        () => known.get(name) === entry && forget(name),
      );
      return entry.payload;
    },
  };
}
