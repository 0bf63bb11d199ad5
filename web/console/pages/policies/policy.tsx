import "./policies.css";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { DeletePolicyDocument, PolicyDocument, UpdatePolicyDocument } from "../../__generated__/policies.ts";
import { found } from "../../data/found.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Dialog } from "../../shared/dialog.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Facts, Json } from "../../shared/facts.tsx";
import { notify } from "../../shared/notices.tsx";
import { Page, Section } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { count, words } from "../../shared/words.ts";
import { PolicyState } from "./policies.tsx";
import { PolicyForm } from "./policy-form.tsx";

export function PolicyPage() {
  const { id } = useParams({ from: "/policies/$id" });
  const navigate = useNavigate();
  const [{ data, error }, read] = useQuery({ query: PolicyDocument, variables: { id } });
  const update = useAction(UpdatePolicyDocument, { atFields: true });
  const toggle = useAction(UpdatePolicyDocument);
  const remove = useAction(DeletePolicyDocument);
  const [isDeleting, setDeleting] = useState(false);
  const isAdmin = useMay("ADMIN");
  if (error && !data) return <Problem error={error} retry={read} />;
  if (!data) return <Loading />;
  const policy = found(data.node, id);
  if (!policy) return <Empty title="There is no such policy">It may have been deleted.</Empty>;
  return (
    <Page
      title={policy.name}
      subtitle={policy.description}
      query={{ document: PolicyDocument, variables: { id } }}
      actions={
        isAdmin && (
          <>
            <Button isBusy={toggle.isRunning} onClick={() => toggle.run({ id, input: { enabled: !policy.enabled } })}>
              {policy.enabled ? "Disable" : "Enable"}
            </Button>
            {!policy.builtIn && <Button onClick={() => setDeleting(true)}>Delete…</Button>}
          </>
        )
      }
    >
      <div className="card card-pad">
        <Facts
          facts={[
            ["State", <PolicyState key="state" policy={policy} />],
            ["Kind", words(policy.kind)],
            ["Severity", <State key="severity" value={policy.severity} />],
            ["Matches in 24 h", count(policy.matchesLast24h)],
            ["Techniques", policy.mitreTechniques.join(", ")],
            ["Actions", policy.actions.map(({ kind }) => words(kind)).join(", ")],
            ["Made by", policy.createdBy],
            ["Changed", <Time key="changed" at={policy.updatedAt} />],
          ]}
        />
      </div>
      {isAdmin ? (
        <Section title="Edit">
          <PolicyForm
            key={policy.id}
            isNew={false}
            isBuiltIn={policy.builtIn}
            draft={{
              ...policy,
              rule: policy.sigma ?? JSON.stringify(policy.filter ?? {}, null, 2),
              threshold: policy.threshold && {
                count: policy.threshold.count,
                windowSeconds: policy.threshold.windowSeconds,
              },
            }}
            isBusy={update.isRunning}
            errors={update.errors}
            onSave={async (input) => {
              if ((await update.run({ id, input })).ok) notify("done", "The policy was saved.");
            }}
          />
        </Section>
      ) : (
        policy.filter !== null && (
          <Section title="Filter">
            <Json value={policy.filter} />
          </Section>
        )
      )}
      <Section
        title="Alerts"
        hint={count(policy.alerts.totalCount)}
        actions={
          <Link
            to="/alerts"
            search={{ policy: [id], status: ["OPEN", "IN_PROGRESS", "TRUE_POSITIVE", "BENIGN", "FALSE_POSITIVE"] }}
          >
            All
          </Link>
        }
      >
        <div className="card">
          {policy.alerts.nodes.length === 0 ? (
            <Empty title="It has raised no alerts" />
          ) : (
            <ul className="rows">
              {policy.alerts.nodes.map((alert) => (
                <li key={alert.id} className="row">
                  <State value={alert.severity} />
                  <Link className="row-main" to="/alerts" search={{ open: alert.id }}>
                    {alert.title}
                  </Link>
                  <span className="row-end">
                    <State value={alert.status} />
                    <Time at={alert.lastOccurredAt} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
      </Section>
      {isDeleting && (
        <Dialog
          size="small"
          title={`Delete ${policy.name}?`}
          onClose={() => setDeleting(false)}
          footer={
            <>
              <Button onClick={() => setDeleting(false)}>Cancel</Button>
              <Button
                look="danger"
                isBusy={remove.isRunning}
                onClick={async () => {
                  if ((await remove.run({ id })).ok) void navigate({ to: "/policies" });
                }}
              >
                Delete
              </Button>
            </>
          }
        >
          <p>Its alerts stay. Nothing is watched with it any more.</p>
        </Dialog>
      )}
    </Page>
  );
}
