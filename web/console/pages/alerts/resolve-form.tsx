import { type FormEvent, useState } from "react";
import { type AlertStatus, UpdateAlertsDocument } from "../../__generated__/alerts.ts";
import { useAction } from "../../data/use-action.ts";
import { Button } from "../../shared/button.tsx";
import { Field } from "../../shared/field.tsx";
import { words } from "../../shared/words.ts";

/** The result of a review, with a note. */
export function ResolveForm({
  alert,
  status,
  onDone,
}: {
  alert: { id: string; resolution: string | null };
  status: AlertStatus;
  onDone(): void;
}) {
  const [note, setNote] = useState(alert.resolution ?? "");
  const update = useAction(UpdateAlertsDocument, { atFields: true });
  async function submit(event: FormEvent) {
    event.preventDefault();
    if ((await update.run({ ids: [alert.id], status, resolution: note.trim() })).ok) onDone();
  }
  return (
    <form onSubmit={submit} className="card card-pad resolve">
      <Field
        label="Note"
        help="What was found, for the review of the next one."
        errors={update.errors.map(({ message }) => message)}
      >
        {(control) => (
          <textarea
            {...control}
            // biome-ignore lint/a11y/noAutofocus: the person has just asked for it.
            autoFocus
            className="input"
            rows={2}
            value={note}
            onChange={({ target }) => setNote(target.value)}
          />
        )}
      </Field>
      <Button type="submit" look="primary" isBusy={update.isRunning}>
        Close as {words(status).toLowerCase()}
      </Button>
    </form>
  );
}
