import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import {
  DestinationsDocument,
  TestDestinationDocument,
  UpdateDestinationDocument,
} from "../../__generated__/destinations.ts";
import { useAction } from "../../data/use-action.ts";
import { Badge } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { notify } from "../../shared/notices.tsx";
import { Page } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { count, words } from "../../shared/words.ts";
import { DestinationDrawer } from "./destination-drawer.tsx";
import { NewDestination } from "./new-destination.tsx";

/** Where alerts and activities are sent. */
export function Destinations() {
  const { open } = useSearch({ from: "/destinations" });
  const navigate = useNavigate({ from: "/destinations" });
  const [{ data, error }, read] = useQuery({ query: DestinationsDocument });
  const [isAdding, setAdding] = useState(false);
  const test = useAction(TestDestinationDocument);
  const update = useAction(UpdateDestinationDocument);
  const again = () => read({ requestPolicy: "network-only" });
  if (error && !data) return <Problem error={error} retry={again} />;
  return (
    <Page
      title="Destinations"
      subtitle="Where alerts and activities are sent"
      query={{ document: DestinationsDocument }}
      actions={
        <Button look="primary" onClick={() => setAdding(true)}>
          New destination
        </Button>
      }
    >
      {!data ? (
        <Loading />
      ) : data.destinations.length === 0 ? (
        <div className="card">
          <Empty title="Nothing is sent yet">
            Send alerts to a webhook, by e-mail, or to a syslog receiver such as a SIEM.
          </Empty>
        </div>
      ) : (
        <div className="card table-scroll">
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">Destination</th>
                <th scope="col">Receives</th>
                <th scope="col">State</th>
                <th scope="col" className="number">
                  Pending
                </th>
                <th scope="col" className="number">
                  Given up
                </th>
                <th scope="col">Last delivery</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.destinations.map((destination) => (
                <tr key={destination.id}>
                  <td>
                    <button
                      type="button"
                      className="link"
                      onClick={() => void navigate({ search: { open: destination.id } })}
                    >
                      {destination.name}
                    </button>
                    <div className="muted">
                      {words(destination.kind)} · {destination.format} ·{" "}
                      <span className="mono">{destination.target}</span>
                    </div>
                  </td>
                  <td className="muted">{selectionText(destination.selection)}</td>
                  <td>
                    {destination.lastError ? (
                      <Badge tone="bad">Failing</Badge>
                    ) : destination.enabled ? (
                      <Badge tone="good">Enabled</Badge>
                    ) : (
                      <Badge>Disabled</Badge>
                    )}
                  </td>
                  <td className="number">{count(destination.pendingCount)}</td>
                  <td className="number">{count(destination.deadCount)}</td>
                  <td>
                    <Time at={destination.lastDeliveredAt} />
                  </td>
                  <td className="number">
                    <Button
                      look="bare"
                      isBusy={test.isRunning}
                      onClick={async () => {
                        const outcome = await test.run({ id: destination.id });
                        if (outcome.ok)
                          notify("done", `The receiver accepted the test alert in ${outcome.value.latencyMs} ms.`);
                      }}
                    >
                      Test
                    </Button>
                    <Button
                      look="bare"
                      onClick={() => update.run({ input: { id: destination.id, enabled: !destination.enabled } })}
                    >
                      {destination.enabled ? "Disable" : "Enable"}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isAdding && <NewDestination onClose={() => setAdding(false)} onCreated={again} />}
      {open && (
        <DestinationDrawer
          id={open}
          onClose={() => void navigate({ search: {} })}
          onDeleted={() => {
            void navigate({ search: {} });
            again();
          }}
        />
      )}
    </Page>
  );
}

function selectionText({
  alerts,
  alertChanges,
  activities,
  minSeverity,
}: {
  alerts: boolean;
  alertChanges: boolean;
  activities: boolean;
  minSeverity: string | null;
}): string {
  const parts = [
    alerts && `alerts${minSeverity ? ` from ${words(minSeverity).toLowerCase()} up` : ""}`,
    alerts && alertChanges && "their changes",
    activities && "activities",
  ];
  return parts.filter(Boolean).join(", ") || "nothing";
}
