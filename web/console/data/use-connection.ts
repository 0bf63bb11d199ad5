import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type CombinedError, type TypedDocumentNode, useClient } from "urql";

interface Connection<Item> {
  nodes: Item[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  totalCount?: number | null;
}

export interface Pages<Item, First = Connection<Item>> {
  items: Item[];
  /** The first page, with what else was picked of it. */
  first: First | undefined;
  /** Number of items of the whole list; null if it is not known. */
  total: number | null;
  /** Nothing has arrived yet for these variables. */
  isLoading: boolean;
  error: CombinedError | null;
  hasMore: boolean;
  loadMore(): void;
  /** Reads the first page again and drops the others. */
  refresh(): void;
}

interface Shown<Picked> {
  key: string;
  pages: (Picked | undefined)[];
  error: CombinedError | null;
}

/**
 * A Relay connection, page after page. Every page stays subscribed to the cache, so that changes show at once. `variables` without `after`;
 * other ones start from the first page.
 */
export function useConnection<Data, Variables extends { after?: string | null }, Item, Picked extends Connection<Item>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, "after">,
  pick: (data: Data) => Picked & Connection<Item>,
): Pages<Item, Picked> {
  const client = useClient();
  const key = JSON.stringify(variables);
  const [{ cursors, round }, setPlan] = useState<{ cursors: (string | null)[]; round: number }>(firstPage);
  const [shown, setShown] = useState<Shown<Picked>>({ key, pages: [], error: null });
  const picked = useRef(pick);
  const readRound = useRef(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other variables, by value, start from the first page.
  useEffect(() => setPlan(firstPage), [key]);

  useEffect(() => {
    const parsed = JSON.parse(key) as Omit<Variables, "after">;
    const isRefresh = round !== readRound.current;
    readRound.current = round;
    const subscriptions = cursors.map((after, index) =>
      client
        .query(document, { ...parsed, after } as Variables, {
          requestPolicy: isRefresh
            ? "network-only"
            : index === 0 && cursors.length === 1
              ? "cache-and-network"
              : "cache-first",
        })
        .subscribe(({ data, error }) => {
          setShown((before) => {
            const pages = before.key === key ? before.pages.slice(0, cursors.length) : [];
            if (data) pages[index] = picked.current(data);
            return { key, pages, error: error ?? null };
          });
        }),
    );
    return () => {
      for (const { unsubscribe } of subscriptions) unsubscribe();
    };
  }, [client, document, key, cursors, round]);

  const current = shown.key === key ? shown : { key, pages: [] as Shown<Picked>["pages"], error: null };
  const last = current.pages.at(-1);
  const endCursor = last?.pageInfo.hasNextPage ? last.pageInfo.endCursor : null;
  const items = useMemo(() => current.pages.flatMap((page) => page?.nodes ?? []), [current.pages]);
  const loadMore = useCallback(() => {
    if (endCursor)
      setPlan((plan) => (plan.cursors.includes(endCursor) ? plan : { ...plan, cursors: [...plan.cursors, endCursor] }));
  }, [endCursor]);
  const refresh = useCallback(() => setPlan((plan) => ({ cursors: [null], round: plan.round + 1 })), []);
  return {
    items,
    first: current.pages[0],
    total: current.pages[0]?.totalCount ?? null,
    isLoading: current.pages.length === 0 && current.error === null,
    error: current.error,
    hasMore: endCursor !== null,
    loadMore,
    refresh,
  };
}

const firstPage = (plan?: { round: number }) => ({ cursors: [null], round: plan?.round ?? 0 });
