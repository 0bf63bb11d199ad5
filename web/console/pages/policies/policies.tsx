import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { PoliciesDocument, type PolicyRowFragment, UpdatePolicyDocument } from "../../__generated__/policies.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { Badge, State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Loading, Problem } from "../../shared/empty.tsx";
import { Page } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { count, words } from "../../shared/words.ts";
import { SigmaDialog } from "./sigma-dialog.tsx";
import { Suppressions } from "./suppressions.tsx";
import { Templates } from "./templates.tsx";

export function Policies() {
  const { view } = useSearch({ from: "/policies" });
  const navigate = useNavigate({ from: "/policies" });
  const [{ data, error }, read] = useQuery({ query: PoliciesDocument });
  const [isImporting, setImporting] = useState(false);
  const isAdmin = useMay("ADMIN");
  if (error && !data) return <Problem error={error} retry={read} />;
  const tabs = [
    [undefined, "Policies"],
    ["templates", "Templates"],
    ["suppressions", "Suppressions"],
  ] as const;
  return (
    <Page
      title="Policies"
      query={{ document: PoliciesDocument }}
      actions={
        <>
          <nav className="tabs" aria-label="Views">
            {tabs.map(([value, label]) => (
              <Link
                key={label}
                to="/policies"
                search={{ view: value }}
                className={view === value ? "tab tab-active" : "tab"}
              >
                {label}
              </Link>
            ))}
          </nav>
          {isAdmin && (
            <>
              <Button onClick={() => setImporting(true)}>Import Sigma rules</Button>
              <Button look="primary" onClick={() => void navigate({ to: "/policies/new" })}>
                New policy
              </Button>
            </>
          )}
        </>
      }
    >
      {view === "templates" ? (
        <Templates />
      ) : view === "suppressions" ? (
        <Suppressions />
      ) : data ? (
        <List policies={data.policies.nodes} />
      ) : (
        <Loading />
      )}
      {isImporting && (
        <SigmaDialog onClose={() => setImporting(false)} onImported={() => read({ requestPolicy: "network-only" })} />
      )}
    </Page>
  );
}

function List({ policies }: { policies: readonly PolicyRowFragment[] }) {
  const isAdmin = useMay("ADMIN");
  const update = useAction(UpdatePolicyDocument);
  return (
    <div className="card table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Policy</th>
            <th scope="col">Kind</th>
            <th scope="col">Severity</th>
            <th scope="col" className="number">
              Matches, 24 h
            </th>
            <th scope="col">State</th>
            <th scope="col">Changed</th>
            {isAdmin && (
              <th scope="col">
                <span className="visually-hidden">Switch</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {policies.map((policy) => (
            <tr key={policy.id}>
              <td>
                <Link to="/policies/$id" params={{ id: policy.id }}>
                  {policy.name}
                </Link>{" "}
                {policy.builtIn && <Badge>Built in</Badge>}
              </td>
              <td className="muted">{words(policy.kind)}</td>
              <td>
                <State value={policy.severity} />
              </td>
              <td className="number">{count(policy.matchesLast24h)}</td>
              <td>
                <PolicyState policy={policy} />
              </td>
              <td>
                <Time at={policy.updatedAt} />
              </td>
              {isAdmin && (
                <td className="number">
                  <Button
                    look="bare"
                    aria-label={`${policy.enabled ? "Disable" : "Enable"} ${policy.name}`}
                    onClick={() => update.run({ id: policy.id, input: { enabled: !policy.enabled } })}
                  >
                    {policy.enabled ? "Disable" : "Enable"}
                  </Button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function PolicyState({ policy }: { policy: PolicyRowFragment }) {
  if (policy.disabledReason) return <Badge tone="bad">Switched off: {policy.disabledReason}</Badge>;
  if (!policy.enabled) return <Badge>Disabled</Badge>;
  if (policy.learningUntil && Date.parse(policy.learningUntil) > Date.now())
    return (
      <Badge tone="info">
        Learning until <Time at={policy.learningUntil} as="short" />
      </Badge>
    );
  if (policy.errorsLast24h > 0) return <Badge tone="warn">{count(policy.errorsLast24h)} errors</Badge>;
  return <Badge tone="good">Enabled</Badge>;
}
