import { type FormEvent, useState } from "react";
import { ImportSigmaDocument, type ImportSigmaMutation } from "../../__generated__/policies.ts";
import { useAction } from "../../data/use-action.ts";
import { Button } from "../../shared/button.tsx";
import { Dialog } from "../../shared/dialog.tsx";
import { Field } from "../../shared/field.tsx";
import { counted } from "../../shared/words.ts";

/** Imports rules, and shows which were skipped and why. */
export function SigmaDialog({ onClose, onImported }: { onClose(): void; onImported(): void }) {
  const [yaml, setYaml] = useState("");
  const [result, setResult] = useState<ImportSigmaMutation["importSigmaRules"] | null>(null);
  const load = useAction(ImportSigmaDocument, { atFields: true });
  async function submit(event: FormEvent) {
    event.preventDefault();
    const outcome = await load.run({ yaml });
    if (!outcome.ok) return;
    setResult(outcome.value);
    onImported();
  }
  return (
    <Dialog
      size="large"
      title="Import Sigma rules"
      onClose={onClose}
      description="One or more rules as YAML. A rule that was imported before is updated."
    >
      {result ? (
        <div role="status">
          <p>
            {counted(result.policies.length, "rule")} imported, {result.skipped.length} skipped.
          </p>
          <ul className="rows">
            {result.policies.map(({ id, name }) => (
              <li key={id} className="row">
                {name}
              </li>
            ))}
            {result.skipped.map(({ title, reason }) => (
              <li key={title} className="row">
                <div className="row-main">
                  <strong>{title}</strong>
                  <span className="row-note">{reason}</span>
                </div>
                skipped
              </li>
            ))}
          </ul>
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        </div>
      ) : (
        <form onSubmit={submit}>
          <Field label="From a file" help="Or paste the rules below.">
            {(control) => (
              <input
                {...control}
                type="file"
                accept=".yml,.yaml"
                multiple
                onChange={async ({ target }) =>
                  setYaml((await Promise.all([...(target.files ?? [])].map((file) => file.text()))).join("\n---\n"))
                }
              />
            )}
          </Field>
          <Field label="Rules" isRequired errors={load.errors.map(({ message }) => message)}>
            {(control) => (
              <textarea
                {...control}
                className="input"
                rows={14}
                required
                value={yaml}
                spellCheck={false}
                onChange={({ target }) => setYaml(target.value)}
              />
            )}
          </Field>
          <Button type="submit" look="primary" isBusy={load.isRunning}>
            Import
          </Button>
        </form>
      )}
    </Dialog>
  );
}
