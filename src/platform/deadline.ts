/** Rejects when the answer takes longer than `ms`; one that comes later is dropped. `error` makes what is thrown. */
export async function within<T>(ms: number, answer: PromiseLike<T>, error: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(error()), ms);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
