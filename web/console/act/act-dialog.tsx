import { type FormEvent, useEffect, useState } from "react";
import {
  type ActorActionFragment,
  type GovernanceActionInput,
  PlanActionsDocument,
  type PlanActionsMutation,
  RequestActionsDocument,
} from "../__generated__/act.ts";
import { useAction } from "../data/use-action.ts";
import { Button } from "../shared/button.tsx";
import { Dialog } from "../shared/dialog.tsx";
import { Field } from "../shared/field.tsx";
import { notify } from "../shared/notices.tsx";
import { counted, words } from "../shared/words.ts";

export type Target = Omit<GovernanceActionInput, "kind" | "parameters">;

interface ActDialogProps {
  /** On what: an account, a file, an app. */
  title: string;
  targets: readonly Target[];
  /** Of these, one is chosen. */
  actions: readonly ActorActionFragment[];
  onClose(): void;
  onDone?(): void;
}

type Planned = PlanActionsMutation["requestGovernanceActions"]["planned"];

/** Chooses an action, shows what it would change, and requests it. Nothing happens in the app before the second step. */
export function ActDialog({ title, targets, actions, onClose, onDone }: ActDialogProps) {
  const [kind, setKind] = useState(actions[0]?.kind);
  const [parameters, setParameters] = useState("");
  const [planned, setPlanned] = useState<Planned | null>(null);
  const [isJson, setIsJson] = useState(true);
  const plan = useAction(PlanActionsDocument, { atFields: true });
  const request = useAction(RequestActionsDocument, { atFields: true });
  const action = actions.find((each) => each.kind === kind);
  const errors = [...plan.errors, ...request.errors];

  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice needs another plan.
  useEffect(() => setPlanned(null), [kind, parameters]);

  function inputs(): GovernanceActionInput[] | null {
    if (!kind) return null;
    try {
      const given = parameters.trim() === "" ? {} : { parameters: JSON.parse(parameters) as unknown };
      setIsJson(true);
      return targets.map((target) => ({ ...target, kind, ...given }));
    } catch {
      setIsJson(false);
      return null;
    }
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    const asked = inputs();
    if (!asked) return;
    if (!planned) {
      const outcome = await plan.run({ inputs: asked });
      if (outcome.ok) setPlanned(outcome.value.planned);
      return;
    }
    const outcome = await request.run({ inputs: asked });
    if (!outcome.ok) return;
    notify("done", `${words(asked[0]!.kind)}: ${counted(asked.length, "action")} requested.`);
    onDone?.();
    onClose();
  }

  return (
    <Dialog
      title={title}
      onClose={onClose}
      description={targets.length > 1 ? counted(targets.length, "target") : undefined}
    >
      <form onSubmit={submit}>
        <Field label="Action" isRequired help={action?.note ?? undefined}>
          {(control) => (
            <select
              {...control}
              className="input"
              value={kind}
              onChange={({ target }) => setKind(target.value as typeof kind)}
            >
              {actions.map((each) => (
                <option key={each.kind} value={each.kind}>
                  {words(each.kind)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <details className="act-more">
          <summary>Parameters</summary>
          <Field
            label="As JSON"
            errors={isJson ? [] : ["This is not JSON."]}
            help="The documentation of the connector lists them."
          >
            {(control) => (
              <textarea
                {...control}
                className="input"
                value={parameters}
                spellCheck={false}
                placeholder="{}"
                onChange={({ target }) => setParameters(target.value)}
              />
            )}
          </Field>
        </details>
        {errors.map(({ message }) => (
          <p key={message} className="field-errors" role="alert">
            {message}
          </p>
        ))}
        {planned && <Plan planned={planned} />}
        <div className="act-foot">
          <Button onClick={onClose}>Cancel</Button>
          {planned ? (
            <Button type="submit" look="danger" isBusy={request.isRunning}>
              {kind && words(kind)}
            </Button>
          ) : (
            <Button type="submit" look="primary" isBusy={plan.isRunning}>
              Show what would change
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

function Plan({ planned }: { planned: Planned }) {
  return (
    <div className="callout callout-warn" role="status">
      <ul className="act-plan">
        {planned.slice(0, 20).map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the plan does not change.
          <li key={index}>
            <strong>
              {words(each.kind)}: {each.user?.displayName ?? each.file?.name ?? each.oauthApp?.name ?? "–"}
            </strong>{" "}
            in {each.instance.name}
            {each.effects.map((effect) => (
              <span key={effect} className="act-effect">
                {effect}
              </span>
            ))}
            <span className="act-effect muted">{each.revertible ? "Can be reverted." : "Cannot be reverted."}</span>
          </li>
        ))}
      </ul>
      {planned.length > 20 && <p>and {planned.length - 20} more</p>}
    </div>
  );
}
