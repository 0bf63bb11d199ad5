import { CancelScanDocument, ConfirmListingDocument } from "../../__generated__/instance.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Section } from "../../shared/page.tsx";
import { duration, Time } from "../../shared/time.tsx";
import { count, words } from "../../shared/words.ts";
import type { ShownInstance } from "./shown.ts";

type Scan = ShownInstance["scans"]["nodes"][number];

export function Scans({ instance }: { instance: ShownInstance }) {
  const cancel = useAction(CancelScanDocument);
  const confirm = useAction(ConfirmListingDocument);
  const mayCancel = useMay("ANALYST");
  const mayConfirm = useMay("ADMIN");
  const scans = instance.scans.nodes;
  if (scans.length === 0) return null;
  return (
    <Section title="Scans" hint="the newest">
      <div className="card table-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Stream</th>
              <th scope="col">State</th>
              <th scope="col">Mode</th>
              <th scope="col">Started</th>
              <th scope="col">Took</th>
              <th scope="col" className="number">
                Read
              </th>
              <th scope="col" className="number">
                Written
              </th>
              <th scope="col">Notes</th>
            </tr>
          </thead>
          <tbody>
            {scans.map((scan) => (
              <tr key={scan.id}>
                <td>
                  {words(scan.stream)}
                  {scan.part && <span className="muted"> · {scan.part}</span>}
                </td>
                <td>
                  <State value={scan.status} />
                </td>
                <td className="muted">{words(scan.mode)}</td>
                <td>
                  <Time at={scan.startedAt} />
                </td>
                <td className="muted">{took(scan)}</td>
                <td className="number">{count(scan.itemsSeen)}</td>
                <td className="number">{count(scan.itemsWritten)}</td>
                <td className="muted">
                  {scan.error}
                  {mayCancel && ["QUEUED", "RUNNING", "THROTTLED"].includes(scan.status) && (
                    <Button look="bare" onClick={() => cancel.run({ id: scan.id })}>
                      Cancel
                    </Button>
                  )}
                  {mayConfirm && scan.awaitsConfirmation && (
                    <Button onClick={() => confirm.run({ id: scan.id })}>The short list is right</Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function took({ startedAt, finishedAt }: Scan): string {
  return startedAt && finishedAt ? duration((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000) : "–";
}
