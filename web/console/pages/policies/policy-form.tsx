import { type FormEvent, useState } from "react";
import type { PolicyInput, PolicyKind, Sensitivity, Severity } from "../../__generated__/policies.ts";
import type { UserError } from "../../data/use-action.ts";
import { Button } from "../../shared/button.tsx";
import { Field } from "../../shared/field.tsx";
import { optionsOf, severities } from "../../shared/options.ts";
import { type PolicyActionDraft, PolicyActions } from "./policy-actions.tsx";
import { Preview } from "./preview.tsx";
import { newKinds } from "./search.ts";

export interface PolicyDraft {
  name: string;
  description: string;
  kind: PolicyKind;
  severity: Severity;
  sensitivity: Sensitivity | null;
  maxTargetsPerDay: number;
  /** JSON, or YAML for kind SIGMA. */
  rule: string;
  threshold: { count: number; windowSeconds: number } | null;
  actions: readonly PolicyActionDraft[];
}

interface PolicyFormProps {
  draft: PolicyDraft;
  isNew: boolean;
  /** Its rule is part of Gatehouse. */
  isBuiltIn: boolean;
  isBusy: boolean;
  errors: readonly UserError[];
  onSave(input: PolicyInput): void;
}

const ruleNames: Partial<Record<PolicyKind, "activityFilter" | "fileFilter" | "oauthAppFilter" | "sigma">> = {
  ACTIVITY: "activityFilter",
  FILE: "fileFilter",
  OAUTH_APP: "oauthAppFilter",
  SIGMA: "sigma",
};

export function PolicyForm({ draft, isNew, isBuiltIn, isBusy, errors, onSave }: PolicyFormProps) {
  const [value, setValue] = useState(draft);
  const [problem, setProblem] = useState<string | null>(null);
  const set = (change: Partial<PolicyDraft>) => setValue({ ...value, ...change });
  const ruleName = isBuiltIn ? undefined : ruleNames[value.kind];

  /** The whole policy; null if its rule cannot be read. */
  function input(): PolicyInput | null {
    const { name, description, kind, severity, sensitivity, maxTargetsPerDay, rule, threshold, actions } = value;
    try {
      const filter =
        ruleName === undefined
          ? {}
          : { [ruleName]: ruleName === "sigma" ? rule : (JSON.parse(rule || "{}") as unknown) };
      setProblem(null);
      return {
        ...(isBuiltIn ? {} : { name, description }),
        ...(isNew ? { kind } : {}),
        severity,
        ...(sensitivity ? { sensitivity } : {}),
        maxTargetsPerDay,
        actions: actions.map((action) => ({ kind: action.kind, parameters: action.parameters })),
        ...(kind === "ACTIVITY" && !isBuiltIn ? { threshold } : {}),
        ...filter,
      } as PolicyInput;
    } catch {
      setProblem("This is not JSON.");
      return null;
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const whole = input();
    if (whole) onSave(whole);
  }

  const messages = errors.map(({ message }) => message);
  return (
    <div className="policy-editor">
      <form className="card card-pad" onSubmit={submit}>
        {!isBuiltIn && (
          <>
            <Field label="Name" isRequired>
              {(control) => (
                <input
                  {...control}
                  className="input"
                  required
                  maxLength={200}
                  value={value.name}
                  onChange={({ target }) => set({ name: target.value })}
                />
              )}
            </Field>
            <Field label="Description">
              {(control) => (
                <input
                  {...control}
                  className="input"
                  value={value.description}
                  onChange={({ target }) => set({ description: target.value })}
                />
              )}
            </Field>
          </>
        )}
        <div className="policy-row">
          {isNew && (
            <Field label="Watches" isRequired>
              {(control) => (
                <select
                  {...control}
                  className="input"
                  value={value.kind}
                  onChange={({ target }) => set({ kind: target.value as PolicyKind, actions: [] })}
                >
                  {newKinds.map((kind) => (
                    <option key={kind} value={kind}>
                      {{ ACTIVITY: "Activities", FILE: "Files", OAUTH_APP: "OAuth apps" }[kind]}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          )}
          <Field label="Severity" isRequired>
            {(control) => (
              <select
                {...control}
                className="input"
                value={value.severity}
                onChange={({ target }) => set({ severity: target.value as Severity })}
              >
                {optionsOf(severities).map(({ value: each, label }) => (
                  <option key={each} value={each}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {value.sensitivity && (
            <Field label="Sensitivity" isRequired>
              {(control) => (
                <select
                  {...control}
                  className="input"
                  value={value.sensitivity ?? ""}
                  onChange={({ target }) => set({ sensitivity: target.value as Sensitivity })}
                >
                  <option value="LOW">Low</option>
                  <option value="MEDIUM">Medium</option>
                  <option value="HIGH">High</option>
                </select>
              )}
            </Field>
          )}
          <Field label="Automatic actions a day" isRequired>
            {(control) => (
              <input
                {...control}
                className="input"
                type="number"
                min={0}
                value={value.maxTargetsPerDay}
                onChange={({ target }) => set({ maxTargetsPerDay: Number(target.value) })}
              />
            )}
          </Field>
        </div>
        {value.kind === "ACTIVITY" && !isBuiltIn && (
          <ThresholdFields threshold={value.threshold} onChange={(threshold) => set({ threshold })} />
        )}
        {ruleName && (
          <Field
            label={ruleName === "sigma" ? "Sigma rule" : "Filter"}
            isRequired
            help={
              value.kind === "ACTIVITY"
                ? "As JSON, of the type ActivityFilter. Live activity makes one from its conditions."
                : undefined
            }
            errors={problem ? [problem] : []}
          >
            {(control) => (
              <textarea
                {...control}
                className="input"
                rows={10}
                spellCheck={false}
                value={value.rule}
                onChange={({ target }) => set({ rule: target.value })}
              />
            )}
          </Field>
        )}
        <PolicyActions kind={value.kind} actions={value.actions} onChange={(actions) => set({ actions })} />
        {messages.map((message) => (
          <p key={message} className="field-errors" role="alert">
            {message}
          </p>
        ))}
        <Button type="submit" look="primary" isBusy={isBusy}>
          {isNew ? "Create" : "Save"}
        </Button>
      </form>
      {ruleName && (
        <Preview
          input={() => {
            const whole = input();
            return whole && { ...whole, kind: value.kind };
          }}
        />
      )}
    </div>
  );
}

const windows = [
  [600, "10 minutes"],
  [3_600, "an hour"],
  [86_400, "a day"],
  [604_800, "7 days"],
] as const;

function ThresholdFields({
  threshold,
  onChange,
}: {
  threshold: PolicyDraft["threshold"];
  onChange(threshold: PolicyDraft["threshold"]): void;
}) {
  return (
    <div className="policy-row">
      <Field label="Raises an alert" isRequired>
        {(control) => (
          <select
            {...control}
            className="input"
            value={threshold ? "many" : "each"}
            onChange={({ target }) => onChange(target.value === "each" ? null : { count: 5, windowSeconds: 600 })}
          >
            <option value="each">for each match</option>
            <option value="many">for several matches of an account</option>
          </select>
        )}
      </Field>
      {threshold && (
        <>
          <Field label="Matches" isRequired>
            {(control) => (
              <input
                {...control}
                className="input"
                type="number"
                min={2}
                max={10_000}
                value={threshold.count}
                onChange={({ target }) => onChange({ ...threshold, count: Number(target.value) })}
              />
            )}
          </Field>
          <Field label="Within" isRequired>
            {(control) => (
              <select
                {...control}
                className="input"
                value={threshold.windowSeconds}
                onChange={({ target }) => onChange({ ...threshold, windowSeconds: Number(target.value) })}
              >
                {!windows.some(([seconds]) => seconds === threshold.windowSeconds) && (
                  <option value={threshold.windowSeconds}>{threshold.windowSeconds} seconds</option>
                )}
                {windows.map(([seconds, label]) => (
                  <option key={seconds} value={seconds}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </>
      )}
    </div>
  );
}
