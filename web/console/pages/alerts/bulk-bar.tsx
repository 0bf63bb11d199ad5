import { useState } from "react";
import { useClient } from "urql";
import {
  type AlertFilter,
  AlertIdsDocument,
  type AlertStatus,
  UpdateAlertsDocument,
} from "../../__generated__/alerts.ts";
import { useAction } from "../../data/use-action.ts";
import { useViewer } from "../../data/viewer.tsx";
import { Button } from "../../shared/button.tsx";
import { notify } from "../../shared/notices.tsx";
import { count, counted, words } from "../../shared/words.ts";

/** As many alerts as updateAlerts changes at once. */
const chunk = 200;

interface BulkBarProps {
  filter: AlertFilter;
  total: number | null;
  selected: ReadonlySet<string>;
  onDone(): void;
}

/** The same change for the selected alerts, or for all that match the filters. */
export function BulkBar({ filter, total, selected, onDone }: BulkBarProps) {
  const [isAll, setIsAll] = useState(false);
  const [progress, setProgress] = useState<string | null>(null);
  const update = useAction(UpdateAlertsDocument);
  const client = useClient();
  const { name } = useViewer();

  async function allIds(): Promise<string[]> {
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await client
        .query(AlertIdsDocument, { filter, after }, { requestPolicy: "network-only" })
        .toPromise();
      if (!data) return ids;
      ids.push(...data.alerts.nodes.map(({ id }) => id));
      after = data.alerts.pageInfo.hasNextPage ? data.alerts.pageInfo.endCursor : null;
    } while (after);
    return ids;
  }

  async function change(status: AlertStatus, assignee?: string) {
    setProgress("Reading the list…");
    const ids = isAll ? await allIds() : [...selected];
    let done = 0;
    while (done < ids.length) {
      const part = ids.slice(done, done + chunk);
      const outcome = await update.run({ ids: part, status, ...(assignee ? { assignee } : {}) });
      if (!outcome.ok) break;
      done += part.length;
      setProgress(`${count(done)} of ${count(ids.length)}`);
    }
    setProgress(null);
    notify("done", `${counted(done, "alert")}: ${words(status).toLowerCase()}.`);
    onDone();
  }

  return (
    <div className="bulk" role="toolbar" aria-label="Change the selected alerts">
      <span>
        {progress ?? (isAll ? `All ${count(total)} that match` : `${count(selected.size)} selected`)}
        {!isAll && total !== null && total > selected.size && (
          <>
            {" · "}
            <button type="button" className="link" onClick={() => setIsAll(true)}>
              Select all {count(total)} that match
            </button>
          </>
        )}
      </span>
      <Button disabled={progress !== null} onClick={() => change("IN_PROGRESS", name)}>
        Take on
      </Button>
      {(["TRUE_POSITIVE", "BENIGN", "FALSE_POSITIVE"] as const).map((status) => (
        <Button key={status} disabled={progress !== null} onClick={() => change(status)}>
          {words(status)}
        </Button>
      ))}
    </div>
  );
}
