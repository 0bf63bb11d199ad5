import { useState } from "react";
import { DisconnectInstanceDocument } from "../../__generated__/instance.ts";
import { useAction } from "../../data/use-action.ts";
import { Button } from "../../shared/button.tsx";
import { Dialog } from "../../shared/dialog.tsx";
import { Field } from "../../shared/field.tsx";
import type { ShownInstance } from "./shown.ts";

/** Permanent: the name is typed in before. */
export function DisconnectDialog({ instance, onClose }: { instance: ShownInstance; onClose(): void }) {
  const [deleteData, setDeleteData] = useState(false);
  const [name, setName] = useState("");
  const disconnect = useAction(DisconnectInstanceDocument);
  return (
    <Dialog
      title={`Disconnect ${instance.name}`}
      description="The connection ends permanently, and its credential is erased."
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="danger"
            disabled={name !== instance.name}
            isBusy={disconnect.isRunning}
            onClick={async () => {
              if ((await disconnect.run({ id: instance.id, deleteData })).ok) onClose();
            }}
          >
            {deleteData ? "Disconnect and delete" : "Disconnect"}
          </Button>
        </>
      }
    >
      <label className="check-row">
        <input type="checkbox" checked={deleteData} onChange={({ target }) => setDeleteData(target.checked)} />
        <span>
          Delete what was collected: accounts, activities, files and findings.{" "}
          <span className="muted">Otherwise it stays until its retention ends.</span>
        </span>
      </label>
      <Field label={`Type ${instance.name} to confirm`} isRequired>
        {(control) => (
          <input
            {...control}
            className="input"
            value={name}
            onChange={({ target }) => setName(target.value)}
            autoComplete="off"
          />
        )}
      </Field>
    </Dialog>
  );
}
