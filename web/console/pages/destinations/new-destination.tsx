import { type FormEvent, useState } from "react";
import {
  CreateDestinationDocument,
  type DestinationFormat,
  type DestinationKind,
  type Severity,
} from "../../__generated__/destinations.ts";
import { errorsAt, otherErrors, useAction } from "../../data/use-action.ts";
import { Button } from "../../shared/button.tsx";
import { Copyable } from "../../shared/copy.tsx";
import { Dialog } from "../../shared/dialog.tsx";
import { Field } from "../../shared/field.tsx";
import { optionsOf, severities } from "../../shared/options.ts";

const targets = {
  WEBHOOK: ["Address", "https://hooks.example.com/gatehouse"],
  EMAIL: ["Addresses", "soc@example.com"],
  SYSLOG: ["Receiver", "tls://siem.example.com:6514"],
} as const;

export function NewDestination({ onClose, onCreated }: { onClose(): void; onCreated(): void }) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState<DestinationKind>("WEBHOOK");
  const [format, setFormat] = useState<DestinationFormat>("JSON");
  const [target, setTarget] = useState("");
  const [minSeverity, setMinSeverity] = useState<Severity | "">("");
  const [activities, setActivities] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const create = useAction(CreateDestinationDocument, { atFields: true });
  async function submit(event: FormEvent) {
    event.preventDefault();
    const outcome = await create.run({
      input: { name: name.trim(), kind, format, target: target.trim(), activities, minSeverity: minSeverity || null },
    });
    if (!outcome.ok) return;
    onCreated();
    if (outcome.value.secret) setSecret(outcome.value.secret);
    else onClose();
  }
  if (secret)
    return (
      <Dialog
        title="The secret of the webhook"
        onClose={onClose}
        description="Deliveries are signed with it. It is shown only now."
      >
        <Copyable text={secret} />
      </Dialog>
    );
  const [targetLabel, example] = targets[kind];
  return (
    <Dialog title="New destination" onClose={onClose}>
      <form onSubmit={submit}>
        <Field label="Name" isRequired errors={errorsAt(create.errors, "input", "name")}>
          {(control) => (
            <input
              {...control}
              className="input"
              required
              value={name}
              onChange={({ target: { value } }) => setName(value)}
            />
          )}
        </Field>
        <Field label="Kind" isRequired>
          {(control) => (
            <select
              {...control}
              className="input"
              value={kind}
              onChange={({ target: { value } }) => setKind(value as DestinationKind)}
            >
              <option value="WEBHOOK">Webhook</option>
              <option value="EMAIL">E-mail</option>
              <option value="SYSLOG">Syslog</option>
            </select>
          )}
        </Field>
        <Field label={targetLabel} isRequired errors={errorsAt(create.errors, "input", "target")}>
          {(control) => (
            <input
              {...control}
              className="input"
              required
              placeholder={example}
              value={target}
              onChange={({ target: { value } }) => setTarget(value)}
            />
          )}
        </Field>
        <Field label="Format" isRequired errors={errorsAt(create.errors, "input", "format")}>
          {(control) => (
            <select
              {...control}
              className="input"
              value={format}
              onChange={({ target: { value } }) => setFormat(value as DestinationFormat)}
            >
              <option>JSON</option>
              <option>OCSF</option>
              <option>CEF</option>
            </select>
          )}
        </Field>
        <Field label="Alerts from severity" isRequired>
          {(control) => (
            <select
              {...control}
              className="input"
              value={minSeverity}
              onChange={({ target: { value } }) => setMinSeverity(value as Severity)}
            >
              <option value="">All</option>
              {optionsOf(severities).map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <label className="check-row">
          <input type="checkbox" checked={activities} onChange={({ target: { checked } }) => setActivities(checked)} />
          <span>Send every activity too</span>
        </label>
        {otherErrors(create.errors, ["input", "name"], ["input", "target"], ["input", "format"]).map((message) => (
          <p key={message} className="field-errors" role="alert">
            {message}
          </p>
        ))}
        <Button type="submit" look="primary" isBusy={create.isRunning}>
          Create
        </Button>
      </form>
    </Dialog>
  );
}
