import { type FormEvent, useState } from "react";
import { EnableInstanceDocument } from "../../__generated__/instance.ts";
import { errorsAt, otherErrors, useAction } from "../../data/use-action.ts";
import { Button } from "../../shared/button.tsx";
import { Dialog } from "../../shared/dialog.tsx";
import { SettingFields } from "../connect/setting-fields.tsx";
import type { ShownInstance } from "./shown.ts";

interface ReconnectDialogProps {
  instance: ShownInstance;
  onClose(): void;
  onConsent(url: string): void;
}

/** The settings again, with what is stored filled in; secrets stay unless others are typed in. */
export function ReconnectDialog({ instance, onClose, onConsent }: ReconnectDialogProps) {
  const stored = instance.settings as Record<string, string>;
  const [changed, setChanged] = useState<Record<string, string>>({});
  const enable = useAction(EnableInstanceDocument, { atFields: true });
  const settings = instance.connector.settings.filter((setting) => !setting.generated);
  async function submit(event: FormEvent) {
    event.preventDefault();
    const outcome = await enable.run({ id: instance.id, settings: changed });
    if (!outcome.ok) return;
    if (outcome.value.authorizationUrl) onConsent(outcome.value.authorizationUrl);
    onClose();
  }
  return (
    <Dialog title={`Connect ${instance.name} again`} onClose={onClose}>
      <form onSubmit={submit} autoComplete="off">
        <SettingFields
          keepsSecrets
          settings={settings}
          values={{ ...stored, ...changed }}
          errors={(name) => errorsAt(enable.errors, "settings", name)}
          onChange={(name, value) => setChanged({ ...changed, [name]: value })}
        />
        {otherErrors(enable.errors, ...settings.map(({ name }) => ["settings", name])).map((message) => (
          <p key={message} className="field-errors" role="alert">
            {message}
          </p>
        ))}
        <Button type="submit" look="primary" isBusy={enable.isRunning}>
          {enable.isRunning ? "Connecting…" : "Connect"}
        </Button>
      </form>
    </Dialog>
  );
}
