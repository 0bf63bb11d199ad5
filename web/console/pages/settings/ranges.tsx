import { type FormEvent, useState } from "react";
import { useQuery } from "urql";
import {
  DeleteRangeDocument,
  type IpCategory,
  RangesDocument,
  SetRangeDocument,
} from "../../__generated__/settings.ts";
import { errorsAt, otherErrors, useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { Badge } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Dialog } from "../../shared/dialog.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Field } from "../../shared/field.tsx";
import { Section } from "../../shared/page.tsx";
import { words } from "../../shared/words.ts";

const categories = ["CORPORATE", "ADMINISTRATIVE", "CLOUD_PROVIDER", "VPN", "RISKY", "OTHER"] as const;

/** Named networks, by which addresses of activities get their category. */
export function Ranges() {
  const [{ data, error }, read] = useQuery({ query: RangesDocument });
  const [isAdding, setAdding] = useState(false);
  const remove = useAction(DeleteRangeDocument);
  const isAdmin = useMay("ADMIN");
  const again = () => read({ requestPolicy: "network-only" });
  if (error && !data) return <Problem error={error} retry={again} />;
  if (!data) return <Loading />;
  return (
    <Section
      title="IP address ranges"
      hint="Which networks are yours, a VPN, or risky"
      actions={isAdmin && <Button onClick={() => setAdding(true)}>New range</Button>}
    >
      <div className="card table-scroll">
        {data.ipRanges.nodes.length === 0 ? (
          <Empty title="No ranges are named">
            Name the networks of your offices: sign-ins from there count as corporate.
          </Empty>
        ) : (
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Category</th>
                <th scope="col">Networks</th>
                <th scope="col">Tags</th>
                <th scope="col">
                  <span className="visually-hidden">Delete</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.ipRanges.nodes.map((range) => (
                <tr key={range.id}>
                  <td>{range.name}</td>
                  <td>
                    <Badge>{words(range.category)}</Badge>
                  </td>
                  <td className="mono">{range.cidrs.join(", ")}</td>
                  <td className="muted">{range.tags.join(", ")}</td>
                  <td className="number">
                    {isAdmin && (
                      <Button
                        look="bare"
                        onClick={async () => {
                          if ((await remove.run({ id: range.id })).ok) again();
                        }}
                      >
                        Delete
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      {isAdding && <NewRange onClose={() => setAdding(false)} onCreated={again} />}
    </Section>
  );
}

function NewRange({ onClose, onCreated }: { onClose(): void; onCreated(): void }) {
  const [name, setName] = useState("");
  const [category, setCategory] = useState<IpCategory>("CORPORATE");
  const [cidrs, setCidrs] = useState("");
  const set = useAction(SetRangeDocument, { atFields: true });
  async function submit(event: FormEvent) {
    event.preventDefault();
    const outcome = await set.run({
      input: { name: name.trim(), category, cidrs: cidrs.split(/[\s,]+/).filter(Boolean) },
    });
    if (!outcome.ok) return;
    onCreated();
    onClose();
  }
  return (
    <Dialog title="New range" onClose={onClose}>
      <form onSubmit={submit}>
        <Field label="Name" isRequired errors={errorsAt(set.errors, "input", "name")}>
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
        <Field label="Category" isRequired>
          {(control) => (
            <select
              {...control}
              className="input"
              value={category}
              onChange={({ target }) => setCategory(target.value as IpCategory)}
            >
              {categories.map((each) => (
                <option key={each} value={each}>
                  {words(each)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label="Networks"
          isRequired
          help="In CIDR notation, one a line."
          errors={errorsAt(set.errors, "input", "cidrs")}
        >
          {(control) => (
            <textarea
              {...control}
              className="input"
              required
              value={cidrs}
              placeholder="203.0.113.0/24"
              onChange={({ target }) => setCidrs(target.value)}
            />
          )}
        </Field>
        {otherErrors(set.errors, ["input", "name"], ["input", "cidrs"]).map((message) => (
          <p key={message} className="field-errors" role="alert">
            {message}
          </p>
        ))}
        <Button type="submit" look="primary" isBusy={set.isRunning}>
          Create
        </Button>
      </form>
    </Dialog>
  );
}
