import { type FormEvent, useState } from "react";
import { useQuery } from "urql";
import { CreateTokenDocument, RevokeTokenDocument, type Role, TokensDocument } from "../../__generated__/settings.ts";
import { errorsAt, otherErrors, useAction } from "../../data/use-action.ts";
import { Badge } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Copyable } from "../../shared/copy.tsx";
import { Dialog } from "../../shared/dialog.tsx";
import { Loading, Problem } from "../../shared/empty.tsx";
import { Field } from "../../shared/field.tsx";
import { useInstanceOptions } from "../../shared/options.ts";
import { Section } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { words } from "../../shared/words.ts";

export function Tokens() {
  const [{ data, error }, read] = useQuery({ query: TokensDocument });
  const [isAdding, setAdding] = useState(false);
  const revoke = useAction(RevokeTokenDocument);
  if (error && !data) return <Problem error={error} retry={read} />;
  if (!data) return <Loading />;
  return (
    <Section
      title="API tokens"
      hint="For programs; a secret is shown once"
      actions={<Button onClick={() => setAdding(true)}>New token</Button>}
    >
      <div className="card table-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Role</th>
              <th scope="col">Instances</th>
              <th scope="col">Last used</th>
              <th scope="col">Expires</th>
              <th scope="col">
                <span className="visually-hidden">Revoke</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.apiTokens.map((token) => (
              <tr key={token.id}>
                <td>{token.name}</td>
                <td>
                  <Badge>{words(token.role)}</Badge>
                </td>
                <td className="muted">
                  {token.instances === null ? "all" : token.instances.map(({ name }) => name).join(", ")}
                </td>
                <td>
                  <Time at={token.lastUsedAt} />
                </td>
                <td>
                  {token.expiresAt ? <Time at={token.expiresAt} as="short" /> : <span className="muted">never</span>}
                </td>
                <td className="number">
                  {token.revokedAt ? (
                    <Badge tone="bad">Revoked</Badge>
                  ) : (
                    <Button look="bare" onClick={() => revoke.run({ id: token.id })}>
                      Revoke
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {isAdding && (
        <NewToken onClose={() => setAdding(false)} onCreated={() => read({ requestPolicy: "network-only" })} />
      )}
    </Section>
  );
}

function NewToken({ onClose, onCreated }: { onClose(): void; onCreated(): void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("VIEWER");
  const [days, setDays] = useState("90");
  const [limited, setLimited] = useState<string[]>([]);
  const [secret, setSecret] = useState<string | null>(null);
  const create = useAction(CreateTokenDocument, { atFields: true });
  const instances = useInstanceOptions();
  async function submit(event: FormEvent) {
    event.preventDefault();
    const expiresAt = days === "" ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
    const outcome = await create.run({
      name: name.trim(),
      role,
      expiresAt,
      instanceIds: limited.length > 0 ? limited : null,
    });
    if (!outcome.ok) return;
    setSecret(outcome.value.secret);
    onCreated();
  }
  if (secret)
    return (
      <Dialog title={`The token ${name}`} onClose={onClose} description="Its secret is shown only now.">
        <Copyable text={secret} />
      </Dialog>
    );
  return (
    <Dialog title="New token" onClose={onClose}>
      <form onSubmit={submit}>
        <Field label="Name" isRequired help="What it is for." errors={errorsAt(create.errors, "name")}>
          {(control) => (
            <input
              {...control}
              className="input"
              required
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        <Field label="Role" isRequired>
          {(control) => (
            <select
              {...control}
              className="input"
              value={role}
              onChange={({ target }) => setRole(target.value as Role)}
            >
              <option value="VIEWER">Viewer</option>
              <option value="ANALYST">Analyst</option>
              <option value="ADMIN">Admin</option>
            </select>
          )}
        </Field>
        <Field label="Expires" isRequired errors={errorsAt(create.errors, "expiresAt")}>
          {(control) => (
            <select {...control} className="input" value={days} onChange={({ target }) => setDays(target.value)}>
              <option value="30">in 30 days</option>
              <option value="90">in 90 days</option>
              <option value="365">in a year</option>
              <option value="">never</option>
            </select>
          )}
        </Field>
        <fieldset className="field">
          <legend className="field-label">Limited to</legend>
          {instances.map(({ value, label }) => (
            <label key={value} className="check-row">
              <input
                type="checkbox"
                checked={limited.includes(value)}
                onChange={({ target }) =>
                  setLimited(target.checked ? [...limited, value] : limited.filter((each) => each !== value))
                }
              />
              <span>{label}</span>
            </label>
          ))}
          <p className="field-help">None chosen: all instances.</p>
        </fieldset>
        {otherErrors(create.errors, ["name"], ["expiresAt"]).map((message) => (
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
