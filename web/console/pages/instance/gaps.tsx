import { StartScanDocument } from "../../__generated__/instance.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { notify } from "../../shared/notices.tsx";
import { Section } from "../../shared/page.tsx";
import { duration, Time } from "../../shared/time.tsx";
import { counted, words } from "../../shared/words.ts";
import type { ShownInstance } from "./shown.ts";

type Gap = ShownInstance["gaps"][number];

/** Periods without data. Nothing to see then differs from nothing that happened. */
export function Gaps({ instance }: { instance: ShownInstance }) {
  const scan = useAction(StartScanDocument);
  const mayScan = useMay("ANALYST") && instance.status === "CONNECTED";
  if (instance.gaps.length === 0) return null;
  const open = instance.gaps.filter(({ filledAt }) => filledAt === null).length;
  return (
    <Section title="Gaps" hint={open > 0 ? `${counted(open, "period")} without data` : "all refilled"}>
      <div className="card card-pad">
        <Timeline gaps={instance.gaps} />
        <ul className="rows">
          {instance.gaps.map((gap) => (
            <li key={`${gap.stream}/${gap.part}/${gap.from}`} className="row">
              <State value={gap.filledAt ? "SUCCEEDED" : "FAILED"} label={gap.filledAt ? "Refilled" : "Open"} />
              <div className="row-main">
                <span>
                  {words(gap.stream)}: <Time at={gap.from} as="short" /> to <Time at={gap.to} as="short" />
                  <span className="muted"> · {duration((Date.parse(gap.to) - Date.parse(gap.from)) / 1000)}</span>
                </span>
                <span className="row-note">{gap.reason}</span>
              </div>
              {mayScan && !gap.filledAt && (
                <Button
                  isBusy={scan.isRunning}
                  onClick={async () => {
                    const outcome = await scan.run({
                      id: instance.id,
                      streams: [gap.stream],
                      from: gap.from,
                      to: gap.to,
                    });
                    if (outcome.ok) notify("done", "The period is being read again.");
                  }}
                >
                  Refill
                </Button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </Section>
  );
}

function Timeline({ gaps }: { gaps: readonly Gap[] }) {
  const end = Date.now();
  const start = Math.min(...gaps.map(({ from }) => Date.parse(from)), end - 7 * 86_400_000);
  const place = (instant: string) => ((Date.parse(instant) - start) / (end - start)) * 100;
  return (
    <div className="gap-line" aria-hidden="true">
      {gaps.map((gap) => (
        <span
          key={`${gap.stream}/${gap.part}/${gap.from}`}
          className={gap.filledAt ? "gap-filled" : undefined}
          style={{ left: `${place(gap.from)}%`, width: `${place(gap.to) - place(gap.from)}%` }}
        />
      ))}
    </div>
  );
}
