import { type FormEvent, useState } from "react";
import { SuppressDocument } from "../../__generated__/alerts.ts";
import { useAction } from "../../data/use-action.ts";
import { Button } from "../../shared/button.tsx";
import { Dialog } from "../../shared/dialog.tsx";
import { Field } from "../../shared/field.tsx";
import { notify } from "../../shared/notices.tsx";
import { country } from "../../shared/words.ts";
import type { ShownAlert } from "./shown.ts";

interface SuppressDialogProps {
  alert: ShownAlert;
  policy: { id: string; name: string };
  onClose(): void;
}

/** Findings like this one raise no alert any more; they stay listed as suppressed, with how many there were. */
export function SuppressDialog({ alert, policy, onClose }: SuppressDialogProps) {
  const choices = choicesOf(alert);
  const [chosen, setChosen] = useState(0);
  const [reason, setReason] = useState("");
  const [days, setDays] = useState("30");
  const suppress = useAction(SuppressDocument, { atFields: true });
  async function submit(event: FormEvent) {
    event.preventDefault();
    const expiresAt = days === "" ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
    const outcome = await suppress.run({
      policyId: policy.id,
      match: choices[chosen]!.match,
      reason: reason.trim(),
      expiresAt,
    });
    if (!outcome.ok) return;
    notify("done", "Findings like this one are suppressed.");
    onClose();
  }
  return (
    <Dialog
      title="Suppress findings like this"
      description={`Of the policy “${policy.name}”. Other findings still raise alerts.`}
      onClose={onClose}
    >
      <form onSubmit={submit}>
        <Field label="Which" isRequired>
          {(control) => (
            <select
              {...control}
              className="input"
              value={chosen}
              onChange={({ target }) => setChosen(Number(target.value))}
            >
              {choices.map(({ label }, index) => (
                <option key={label} value={index}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Reason" isRequired errors={suppress.errors.map(({ message }) => message)}>
          {(control) => (
            <input
              {...control}
              className="input"
              required
              value={reason}
              onChange={({ target }) => setReason(target.value)}
            />
          )}
        </Field>
        <Field label="For" isRequired>
          {(control) => (
            <select {...control} className="input" value={days} onChange={({ target }) => setDays(target.value)}>
              <option value="7">7 days</option>
              <option value="30">30 days</option>
              <option value="90">90 days</option>
              <option value="">Without an end</option>
            </select>
          )}
        </Field>
        <Button type="submit" look="primary" isBusy={suppress.isRunning}>
          Suppress
        </Button>
      </form>
    </Dialog>
  );
}

/** What the findings may have in common: the account, its addresses, the country, the instance. */
function choicesOf(alert: ShownAlert): { label: string; match: object }[] {
  const addresses = [...new Set(alert.evidence.flatMap(({ ipAddress }) => ipAddress ?? []))];
  const countries = [...new Set(alert.evidence.flatMap((activity) => activity.country ?? []))];
  return [
    ...(alert.user
      ? [
          {
            label: `Of ${alert.user.displayName ?? alert.user.email ?? "this account"}`,
            match: { userIds: [alert.user.id] },
          },
        ]
      : []),
    ...(addresses.length > 0
      ? [
          {
            label: `From ${addresses.slice(0, 3).join(", ")}${addresses.length > 3 ? " …" : ""}`,
            match: { ipAddresses: addresses },
          },
        ]
      : []),
    ...countries.map((code) => ({ label: `From ${country(code)}`, match: { countries: [code] } })),
    { label: `All of ${alert.instance.name}`, match: { instanceIds: [alert.instance.id] } },
  ];
}
