/** Ends the reader when the client goes, also while it waits for something to happen. */
export function abortable<T>(
  source: (signal: AbortSignal) => AsyncGenerator<T, void, void>,
): AsyncGenerator<T, void, void> {
  const abort = new AbortController();
  const inner = source(abort.signal);
  return {
    next: () => inner.next(),
    return: async (value) => {
      abort.abort();
      return inner.return(value);
    },
    throw: async (error) => {
      abort.abort();
      return inner.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
      await inner.return();
    },
  };
}
