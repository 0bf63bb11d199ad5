import * as DropdownMenu from "@radix-ui/react-dropdown-menu";
import { MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { DisableInstanceDocument, TestConnectionDocument } from "../../__generated__/instance.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { Button } from "../../shared/button.tsx";
import { Dialog } from "../../shared/dialog.tsx";
import { notify } from "../../shared/notices.tsx";
import { DisconnectDialog } from "./disconnect-dialog.tsx";
import { ReconnectDialog } from "./reconnect-dialog.tsx";
import type { ShownInstance } from "./shown.ts";

interface InstanceActionsProps {
  instance: ShownInstance;
  /** Consent is needed, at this address. */
  onConsent(url: string): void;
}

type Open = "reconnect" | "disable" | "disconnect" | null;

/** What the viewer's role and the state of the instance allow. */
export function InstanceActions({ instance, onConsent }: InstanceActionsProps) {
  const [open, setOpen] = useState<Open>(null);
  const test = useAction(TestConnectionDocument);
  const disable = useAction(DisableInstanceDocument);
  const isAdmin = useMay("ADMIN");
  const isAnalyst = useMay("ANALYST");
  const { id, status, connector } = instance;
  const mayEnable =
    status === "ERROR" || status === "AWAITING_AUTHORIZATION" || (status === "DISABLED" && connector.reenable);

  async function runTest() {
    const outcome = await test.run({ id });
    if (outcome.ok)
      notify("done", `The credential works: ${outcome.value.accountName}, ${outcome.value.latencyMs} ms.`);
  }

  return (
    <>
      {isAnalyst && (status === "CONNECTED" || status === "ERROR") && (
        <Button isBusy={test.isRunning} onClick={runTest}>
          {test.isRunning ? "Testing…" : "Test"}
        </Button>
      )}
      {isAdmin && mayEnable && (
        <Button look="primary" onClick={() => setOpen("reconnect")}>
          {status === "DISABLED" ? "Enable" : "Reconnect"}
        </Button>
      )}
      {isAdmin && status !== "DISCONNECTED" && (
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger className="button button-plain" aria-label="More actions">
            <MoreHorizontal size={15} />
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content className="menu" align="end" sideOffset={5}>
              {status === "CONNECTED" && (
                <DropdownMenu.Item className="menu-item" onSelect={() => setOpen("disable")}>
                  Disable…
                </DropdownMenu.Item>
              )}
              <DropdownMenu.Item className="menu-item menu-danger" onSelect={() => setOpen("disconnect")}>
                Disconnect…
              </DropdownMenu.Item>
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      )}
      {open === "reconnect" && (
        <ReconnectDialog instance={instance} onClose={() => setOpen(null)} onConsent={onConsent} />
      )}
      {open === "disconnect" && <DisconnectDialog instance={instance} onClose={() => setOpen(null)} />}
      {open === "disable" && (
        <Dialog
          size="small"
          title={`Disable ${instance.name}?`}
          onClose={() => setOpen(null)}
          footer={
            <>
              <Button onClick={() => setOpen(null)}>Cancel</Button>
              <Button
                look="danger"
                isBusy={disable.isRunning}
                onClick={async () => {
                  if ((await disable.run({ id })).ok) setOpen(null);
                }}
              >
                Disable
              </Button>
            </>
          }
        >
          <p>Nothing is read any more, and running scans are cancelled. What was collected stays.</p>
          {!connector.reenable && (
            <p className="field-errors">
              {connector.name} cannot be enabled again: it would have to be disconnected and connected again.
            </p>
          )}
        </Dialog>
      )}
    </>
  );
}
