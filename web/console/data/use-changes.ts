import { useEffect, useRef } from "react";
import { type TypedDocumentNode, useClient } from "urql";

/** Follows a subscription; what it delivers also updates the objects in the cache. `onChange` is called for each event. */
export function useChanges<Data, Variables extends object>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  onChange?: (data: Data) => void,
): void {
  const client = useClient();
  const latest = useRef(onChange);
  latest.current = onChange;
  const key = JSON.stringify(variables);
  useEffect(() => {
    const { unsubscribe } = client.subscription(document, JSON.parse(key) as Variables).subscribe(({ data }) => {
      if (data) latest.current?.(data);
    });
    return unsubscribe;
  }, [client, document, key]);
}

/** Calls `run` once, `ms` after the last of several calls. */
export function useSoon(run: () => void, ms = 400): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => () => clearTimeout(timer.current), []);
  return useRef(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(), ms);
  }).current;
}
