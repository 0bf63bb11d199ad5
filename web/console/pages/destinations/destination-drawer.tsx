import { useState } from "react";
import { useQuery } from "urql";
import { DeleteDestinationDocument, DeliveriesDocument, RedeliverDocument } from "../../__generated__/destinations.ts";
import { found } from "../../data/found.ts";
import { useAction } from "../../data/use-action.ts";
import { State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Drawer } from "../../shared/dialog.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Facts } from "../../shared/facts.tsx";
import { notify } from "../../shared/notices.tsx";
import { Section } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { count, counted, words } from "../../shared/words.ts";

/** A destination with its delivery log. */
export function DestinationDrawer({ id, onClose, onDeleted }: { id: string; onClose(): void; onDeleted(): void }) {
  const [{ data, error }, read] = useQuery({ query: DeliveriesDocument, variables: { id } });
  const redeliver = useAction(RedeliverDocument);
  const remove = useAction(DeleteDestinationDocument);
  const [isSure, setSure] = useState(false);
  const destination = found(data?.node, id);
  async function again(deliveries?: string[]) {
    const outcome = await redeliver.run({ id, ...(deliveries ? { deliveries } : {}) });
    if (!outcome.ok) return;
    notify("done", `${counted(outcome.value.count, "delivery", "deliveries")} will be sent again.`);
    read({ requestPolicy: "network-only" });
  }
  return (
    <Drawer title={destination?.name ?? "Destination"} onClose={onClose}>
      {error && !data ? (
        <Problem error={error} retry={read} />
      ) : !data ? (
        <Loading />
      ) : destination ? (
        <>
          <div className="drawer-actions">
            {destination.deadCount > 0 && (
              <Button look="primary" isBusy={redeliver.isRunning} onClick={() => again()}>
                Send the {count(destination.deadCount)} that were given up again
              </Button>
            )}
            <Button
              look={isSure ? "danger" : "plain"}
              isBusy={remove.isRunning}
              onClick={async () => {
                if (!isSure) return setSure(true);
                if ((await remove.run({ id })).ok) onDeleted();
              }}
            >
              {isSure ? "Delete with its log" : "Delete…"}
            </Button>
          </div>
          <Section title="Destination">
            <Facts
              facts={[
                ["Kind", words(destination.kind)],
                ["Format", destination.format],
                [
                  "Receiver",
                  <span key="target" className="mono">
                    {destination.target}
                  </span>,
                ],
                ["Last delivery", <Time key="last" at={destination.lastDeliveredAt} />],
                ["Last error", destination.lastError],
                ["At", destination.lastErrorAt && <Time key="error" at={destination.lastErrorAt} as="short" />],
              ]}
            />
          </Section>
          <Section title="Deliveries">
            <ul className="rows">
              {destination.deliveries.nodes.map((delivery) => (
                <li key={delivery.id} className="row">
                  <State value={delivery.status} />
                  <div className="row-main">
                    <span>
                      {counted(delivery.events, "event")}, {counted(delivery.attempts, "attempt")}
                    </span>
                    {delivery.lastError && <span className="row-note">{delivery.lastError}</span>}
                  </div>
                  <span className="row-end">
                    <Time at={delivery.deliveredAt ?? delivery.createdAt} />
                    {delivery.status === "DEAD" && (
                      <Button look="bare" onClick={() => again([delivery.id])}>
                        Again
                      </Button>
                    )}
                  </span>
                </li>
              ))}
            </ul>
            {destination.deliveries.nodes.length === 0 && <p className="muted">Nothing has been sent yet.</p>}
          </Section>
        </>
      ) : (
        <Empty title="There is no such destination" />
      )}
    </Drawer>
  );
}
