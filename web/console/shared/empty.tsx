import { Inbox } from "lucide-react";
import type { ReactNode } from "react";
import type { CombinedError } from "urql";
import { Button } from "./button.tsx";

/** In place of a list that has nothing: why, and what to do next. */
export function Empty({ title, children, icon }: { title: string; children?: ReactNode; icon?: ReactNode }) {
  return (
    <div className="empty">
      <span className="empty-icon" aria-hidden="true">
        {icon ?? <Inbox size={22} />}
      </span>
      <p className="empty-title">{title}</p>
      {children && <div className="empty-text">{children}</div>}
    </div>
  );
}

/** A query that failed, with a way to try again. */
export function Problem({ error, retry }: { error: CombinedError; retry?: () => void }) {
  const message = error.graphQLErrors[0]?.message ?? "The gateway does not answer.";
  return (
    <div className="problem" role="alert">
      <p>{message}</p>
      {retry && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}

export function Loading({ rows = 5 }: { rows?: number }) {
  return (
    <div className="loading" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing but placeholders.
        <span key={row} className="loading-row" />
      ))}
    </div>
  );
}
