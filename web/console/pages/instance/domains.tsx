import { type FormEvent, useState } from "react";
import { SetDomainsDocument } from "../../__generated__/instance.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { Button } from "../../shared/button.tsx";
import { Field } from "../../shared/field.tsx";
import { Section } from "../../shared/page.tsx";
import type { ShownInstance } from "./shown.ts";

/** The organisation's domains, by which a person or a file counts as internal. */
export function Domains({ instance }: { instance: ShownInstance }) {
  const { reported, added } = instance.domains;
  const [text, setText] = useState<string | null>(null);
  const set = useAction(SetDomainsDocument, { atFields: true });
  const mayChange = useMay("ADMIN");
  async function submit(event: FormEvent) {
    event.preventDefault();
    const domains = (text ?? "").split(/[\s,]+/).filter(Boolean);
    if ((await set.run({ id: instance.id, domains })).ok) setText(null);
  }
  return (
    <Section
      title="Domains of the organisation"
      actions={
        mayChange &&
        text === null && (
          <Button look="bare" onClick={() => setText(added.join("\n"))}>
            Change
          </Button>
        )
      }
    >
      <div className="card card-pad">
        <p>
          {[...reported, ...added].map((domain) => (
            <code key={domain}>{domain} </code>
          ))}
          {reported.length + added.length === 0 && <span className="muted">The app reports none.</span>}
        </p>
        {text !== null && (
          <form onSubmit={submit}>
            <Field
              label="Added domains"
              help="One a line. Those that the app reports stay."
              errors={set.errors.map(({ message }) => message)}
            >
              {(control) => (
                <textarea
                  {...control}
                  className="input"
                  value={text}
                  onChange={({ target }) => setText(target.value)}
                />
              )}
            </Field>
            <span className="instance-line">
              <Button type="submit" look="primary" isBusy={set.isRunning}>
                Save
              </Button>
              <Button onClick={() => setText(null)}>Cancel</Button>
            </span>
          </form>
        )}
      </div>
    </Section>
  );
}
