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

type Stream = ShownInstance["health"]["streams"][number];

/** Every stream with what is wrong with it, and a scan out of turn. */
export function Streams({ instance }: { instance: ShownInstance }) {
  const scan = useAction(StartScanDocument);
  const mayScan = useMay("ANALYST") && instance.status === "CONNECTED";
  return (
    <Section title="Streams" hint="What is read, and when it last was">
      <div className="card table-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Stream</th>
              <th scope="col">State</th>
              <th scope="col">Last read</th>
              <th scope="col">Newest record</th>
              <th scope="col">Every</th>
              <th scope="col">Notes</th>
              {mayScan && (
                <th scope="col">
                  <span className="visually-hidden">Scan</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {instance.health.streams.map((stream) => {
              const schedule = instance.connector.streams.find((each) => each.stream === stream.stream);
              return (
                <tr key={`${stream.stream}/${stream.part}`}>
                  <td>
                    {words(stream.stream)}
                    {stream.part && <span className="muted"> · {stream.partLabel ?? stream.part}</span>}
                  </td>
                  <td>
                    <StreamState stream={stream} />
                  </td>
                  <td>
                    <Time at={stream.lastSuccessAt} />
                  </td>
                  <td>
                    <Time at={stream.lastItemAt} />
                  </td>
                  <td className="muted">
                    {schedule ? duration(schedule.everySeconds) : "–"}
                    {schedule?.realTime && " + live"}
                  </td>
                  <td className="muted">{notesOf(stream)}</td>
                  {mayScan && (
                    <td className="number">
                      <Button
                        look="bare"
                        disabled={stream.disabledReason !== null}
                        aria-label={`Scan now: ${words(stream.stream)}`}
                        onClick={async () => {
                          const outcome = await scan.run({ id: instance.id, streams: [stream.stream] });
                          if (outcome.ok) notify("done", `${words(stream.stream)}: the scan has been queued.`);
                        }}
                      >
                        Scan now
                      </Button>
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function StreamState({ stream }: { stream: Stream }) {
  if (stream.disabledReason) return <State value="DISABLED" label="Off" />;
  if (stream.throttledUntil) return <State value="THROTTLED" />;
  if (stream.consecutiveFailures > 0) return <State value="FAILED" label="Failing" />;
  if (stream.silentSince) return <State value="STALE" label="Silent" />;
  if (!stream.firstScanCompletedAt) return <State value="RUNNING" label="First scan" />;
  return <State value="HEALTHY" />;
}

function notesOf(stream: Stream) {
  if (stream.disabledReason) return stream.disabledReason;
  return (
    <>
      {stream.throttledUntil && (
        <>
          The app's limit is reached; goes on <Time at={stream.throttledUntil} />.{" "}
        </>
      )}
      {stream.silentSince && (
        <>
          No records since <Time at={stream.silentSince} as="short" />.{" "}
        </>
      )}
      {stream.consecutiveFailures > 0 && `${counted(stream.consecutiveFailures, "failed scan")} in a row. `}
      {stream.unreadableRecords > 0 && `${counted(stream.unreadableRecords, "record")} set aside as unreadable.`}
    </>
  );
}
