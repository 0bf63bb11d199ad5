import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { type FakeAnswer, FakeClient } from "../connectors/fake-client.ts";

/** A stream's context whose provider is a function of path and request. */
export function contextOf(
  answer: ConstructorParameters<typeof FakeClient>[1],
  more: Partial<StreamContext> = {},
): StreamContext & { http: FakeClient } {
  const http = new FakeClient("https://api.example", (path, request) => {
    const url = new URL(path, "https://api.example");
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, String(value));
    return answer(url.pathname + url.search, request);
  });
  return { ...http.context({}, more), http };
}

export const neverAsked = (): FakeAnswer => {
  throw new Error("nothing should be asked");
};

/**
 * Reads a stream to its end as the engine does, but with a process that dies after each `pagesARun` pages: what was yielded is stored, and the
 * next run starts from the cursor of the last page. The runs are limited, so that a stream that never ends fails its test.
 */
export async function readInRuns<T>(
  run: (cursor: string | null) => AsyncGenerator<StreamPage<T>, void, void>,
  { pagesARun = 1, cursor = null as string | null, maxRuns = 500 } = {},
): Promise<{ items: T[]; cursor: string | null; pages: StreamPage<T>[] }> {
  const items: T[] = [];
  const pages: StreamPage<T>[] = [];
  let at = cursor;
  for (let runs = 0; runs < maxRuns; runs++) {
    const reading = run(at);
    for (let read = 0; read < pagesARun; read++) {
      const { value: page, done } = await reading.next();
      if (done) return { items, cursor: at, pages };
      items.push(...page.items);
      pages.push(page);
      at = page.cursor;
      if (at === null) return { items, cursor: at, pages };
    }
    await reading.return(undefined);
  }
  throw new Error(`the stream did not end in ${maxRuns} runs`);
}

/** The same numbers each time. https://en.wikipedia.org/wiki/Linear_congruential_generator */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * below);
  };
}
