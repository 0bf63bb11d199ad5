import { useState } from "react";
import { CreateWebhookSecretDocument } from "../../__generated__/instance.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { Button } from "../../shared/button.tsx";
import { Copyable } from "../../shared/copy.tsx";
import { Section } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import type { ShownInstance } from "./shown.ts";

/** How the app sends its events, and the secret for those that an admin enters by hand. */
export function Webhook({ instance }: { instance: ShownInstance }) {
  const { state, url, problem, renewBy } = instance.webhook;
  const create = useAction(CreateWebhookSecretDocument);
  const [secret, setSecret] = useState<string | null>(null);
  const mayCreate = useMay("ADMIN");
  const texts = {
    REGISTERED: "The app sends its events as they happen.",
    MANUAL: "Enter the address and the secret at the app, so that it sends its events as they happen.",
    NONE: "Everything is read on schedule.",
  };
  return (
    <Section title="Webhook">
      <div className="card card-pad">
        <p>{texts[state]}</p>
        {problem && <p className="field-errors">{problem}</p>}
        {renewBy && (
          <p className="muted">
            Renewed before <Time at={renewBy} as="short" />.
          </p>
        )}
        {url && state === "MANUAL" && <Copyable text={url} />}
        {secret && (
          <p>
            <Copyable text={secret} /> <span className="muted">shown once</span>
          </p>
        )}
        {state === "MANUAL" && mayCreate && (
          <Button
            isBusy={create.isRunning}
            onClick={async () => {
              const outcome = await create.run({ id: instance.id });
              if (outcome.ok) setSecret(outcome.value.secret);
            }}
          >
            Create a secret
          </Button>
        )}
      </div>
    </Section>
  );
}
