import { type FormEvent, useEffect, useState } from "react";
import { ConnectDocument, PrepareDocument } from "../../__generated__/connect.ts";
import { errorsAt, otherErrors, useAction } from "../../data/use-action.ts";
import { Button } from "../../shared/button.tsx";
import { Copyable } from "../../shared/copy.tsx";
import { Field } from "../../shared/field.tsx";
import { Time } from "../../shared/time.tsx";
import type { ConnectableApp } from "./connectable.ts";
import { SettingFields } from "./setting-fields.tsx";

interface SettingsFormProps {
  app: ConnectableApp;
  /** The first value was entered. */
  onStarted(): void;
  /** `consentUrl`: where a person must give consent; null if none is needed. */
  onConnected(instanceId: string, consentUrl: string | null): void;
}

export function SettingsForm({ app, onStarted, onConnected }: SettingsFormProps) {
  const [name, setName] = useState(app.name);
  const [values, setValues] = useState<Record<string, string>>({});
  const [components, setComponents] = useState(() => app.components.map((component) => component.name));
  const connect = useAction(ConnectDocument, { atFields: true });
  const generated = app.settings.filter((setting) => setting.generated);
  const own = app.settings.filter((setting) => !setting.generated);
  const isTaken = !app.multiInstance && app.instances.nodes.some(({ status }) => status !== "DISCONNECTED");

  async function submit(event: FormEvent) {
    event.preventDefault();
    const settings = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ""));
    const outcome = await connect.run({
      input: {
        connectorSlug: app.slug,
        name: name.trim(),
        settings,
        ...(app.components.length > 0 ? { components } : {}),
      },
    });
    if (outcome.ok && outcome.value.instance) onConnected(outcome.value.instance.id, outcome.value.authorizationUrl);
  }

  if (isTaken)
    return <div className="callout callout-info">{app.name} is connected already, and can be connected once only.</div>;
  const shownErrors = [
    ["input", "name"],
    ["input", "components"],
    ...own.map((setting) => ["input", "settings", setting.name]),
  ];
  return (
    <form className="card card-pad" onSubmit={submit} onChange={onStarted} autoComplete="off">
      {generated.length > 0 && <Generated app={app} />}
      <Field
        label="Name"
        help="As it is called in lists and alerts."
        isRequired
        errors={errorsAt(connect.errors, "input", "name")}
      >
        {(control) => (
          <input
            {...control}
            className="input"
            value={name}
            required
            maxLength={200}
            onChange={({ target }) => setName(target.value)}
          />
        )}
      </Field>
      {app.components.length > 0 && (
        <fieldset className="field">
          <legend className="field-label">Components</legend>
          {app.components.map((component) => (
            <label key={component.name} className="check-row">
              <input
                type="checkbox"
                checked={components.includes(component.name)}
                onChange={({ target }) =>
                  setComponents(
                    target.checked
                      ? [...components, component.name, ...component.requires]
                      : components.filter((each) => each !== component.name),
                  )
                }
              />
              <span>
                {component.label} <span className="muted">{component.description}</span>
              </span>
            </label>
          ))}
          {errorsAt(connect.errors, "input", "components").map((message) => (
            <p key={message} className="field-errors">
              {message}
            </p>
          ))}
        </fieldset>
      )}
      <SettingFields
        settings={own}
        values={values}
        errors={(setting) => errorsAt(connect.errors, "input", "settings", setting)}
        onChange={(setting, value) => setValues({ ...values, [setting]: value })}
      />
      {otherErrors(connect.errors, ...shownErrors).map((message) => (
        <p key={message} className="field-errors" role="alert">
          {message}
        </p>
      ))}
      <Button type="submit" look="primary" isBusy={connect.isRunning}>
        {connect.isRunning ? "Connecting…" : "Connect"}
      </Button>
    </form>
  );
}

/** Values that Gatehouse makes and an admin enters at the app before connecting. */
function Generated({ app }: { app: ConnectableApp }) {
  const prepare = useAction(PrepareDocument);
  const [prepared, setPrepared] = useState<{
    settings: { name: string; value: string }[];
    expiresAt: string | null;
  } | null>(null);
  const { run } = prepare;
  useEffect(() => {
    void run({ slug: app.slug }).then((outcome) => {
      if (outcome.ok) setPrepared(outcome.value);
    });
  }, [run, app.slug]);
  if (!prepared) return null;
  return (
    <div className="field">
      <p className="field-label">Enter this at {app.name} first</p>
      {prepared.settings.map(({ name, value }) => (
        <div key={name}>
          <span className="muted">{app.settings.find((setting) => setting.name === name)?.label ?? name}: </span>
          <Copyable text={value} />
        </div>
      ))}
      <p className="field-help">
        Made for you alone; valid until <Time at={prepared.expiresAt} as="short" />.
      </p>
    </div>
  );
}
