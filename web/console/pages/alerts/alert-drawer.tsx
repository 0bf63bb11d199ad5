import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import {
  AlertActionsDocument,
  AlertDocument,
  type AlertStatus,
  UpdateAlertsDocument,
} from "../../__generated__/alerts.ts";
import { ActDialog } from "../../act/act-dialog.tsx";
import { found } from "../../data/found.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay, useViewer } from "../../data/viewer.tsx";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { Badge, State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Drawer } from "../../shared/dialog.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Facts, JsonFacts } from "../../shared/facts.tsx";
import { Section } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { counted, country, words } from "../../shared/words.ts";
import { ResolveForm } from "./resolve-form.tsx";
import type { ShownAlert } from "./shown.ts";
import { SuppressDialog } from "./suppress-dialog.tsx";

export function AlertDrawer({ id, onClose }: { id: string; onClose(): void }) {
  const [{ data, error }, read] = useQuery({ query: AlertDocument, variables: { id } });
  const alert = found(data?.node, id);
  return (
    <Drawer title={alert?.title ?? "Alert"} onClose={onClose} head={alert && <Head alert={alert} />}>
      {error && !data ? (
        <Problem error={error} retry={read} />
      ) : !data ? (
        <Loading />
      ) : alert ? (
        <Body key={id} alert={alert} onChange={read} />
      ) : (
        <Empty title="There is no such alert" />
      )}
    </Drawer>
  );
}

function Head({ alert }: { alert: ShownAlert }) {
  return (
    <div className="drawer-actions">
      <State value={alert.severity} />
      <State value={alert.status} />
      <InstanceLabel instance={alert.instance} />
      <span className="muted">
        <Time at={alert.createdAt} as="short" />
      </span>
    </div>
  );
}

function Body({ alert, onChange }: { alert: ShownAlert; onChange(): void }) {
  const update = useAction(UpdateAlertsDocument);
  const { name } = useViewer();
  const mayTriage = useMay("ANALYST");
  const mayAct = useMay("ADMIN");
  const [open, setOpen] = useState<AlertStatus | "act" | "suppress" | null>(null);
  const isClosed = !["OPEN", "IN_PROGRESS"].includes(alert.status);
  const { user, file, oauthApp, policy, instance } = alert;
  const actions = instance.connector.actions.filter(
    ({ target }) =>
      (target === "USER" && user) ||
      (target === "FILE" && file) ||
      (target === "OAUTH_APP" && oauthApp) ||
      (target === "USER_OF_OAUTH_APP" && user && oauthApp),
  );
  const set = (status: AlertStatus, more: { assignee?: string } = {}) =>
    update.run({ ids: [alert.id], status, ...more });
  return (
    <>
      {mayTriage && (
        <div className="drawer-actions">
          {alert.status === "OPEN" && (
            <Button look="primary" isBusy={update.isRunning} onClick={() => set("IN_PROGRESS", { assignee: name })}>
              Take on
            </Button>
          )}
          {isClosed ? (
            <Button isBusy={update.isRunning} onClick={() => set("OPEN")}>
              Reopen
            </Button>
          ) : (
            (["TRUE_POSITIVE", "BENIGN", "FALSE_POSITIVE"] as const).map((status) => (
              <Button
                key={status}
                aria-expanded={open === status}
                onClick={() => setOpen(open === status ? null : status)}
              >
                {words(status)}
              </Button>
            ))
          )}
          {mayAct && actions.length > 0 && <Button onClick={() => setOpen("act")}>Act…</Button>}
          {mayAct && policy && <Button onClick={() => setOpen("suppress")}>Suppress…</Button>}
        </div>
      )}
      {(open === "TRUE_POSITIVE" || open === "BENIGN" || open === "FALSE_POSITIVE") && (
        <ResolveForm alert={alert} status={open} onDone={() => setOpen(null)} />
      )}
      {open === "act" && (
        <ActDialog
          title={`Act on ${user?.displayName ?? file?.name ?? oauthApp?.name ?? alert.title}`}
          actions={actions}
          targets={[
            {
              instanceId: instance.id,
              alertId: alert.id,
              userId: user?.id ?? null,
              fileId: user ? null : (file?.id ?? null),
              oauthAppId: user || file ? null : (oauthApp?.id ?? null),
            },
          ]}
          onClose={() => setOpen(null)}
          onDone={onChange}
        />
      )}
      {open === "suppress" && policy && <SuppressDialog alert={alert} policy={policy} onClose={() => setOpen(null)} />}
      <Section title="Why">
        <JsonFacts value={alert.explanation} />
      </Section>
      <Section title="About">
        <Facts
          facts={[
            ["Account", user && <Account key="user" user={user} />],
            [
              "File",
              file && (
                <Link key="file" to="/files" search={{ open: file.id }}>
                  {file.path ?? file.name}
                </Link>
              ),
            ],
            [
              "App",
              oauthApp && (
                <Link key="app" to="/oauth-apps" search={{ open: oauthApp.id }}>
                  {oauthApp.name}
                </Link>
              ),
            ],
            [
              "Policy",
              policy && (
                <Link key="policy" to="/policies/$id" params={{ id: policy.id }}>
                  {policy.name}
                </Link>
              ),
            ],
            ["Techniques", policy?.mitreTechniques.join(", ")],
            ["Occurred", `${counted(alert.occurrences, "time")}`],
            ["Last", <Time key="last" at={alert.lastOccurredAt} as="exact" />],
            ["Assignee", alert.assignee],
            ["Note", alert.resolution],
          ]}
        />
      </Section>
      <Evidence alert={alert} />
      {user && <History userId={user.id} />}
    </>
  );
}

function Account({ user }: { user: NonNullable<ShownAlert["user"]> }) {
  return (
    <>
      <Link to="/people" search={{ open: user.id }}>
        {user.displayName ?? user.email ?? user.login ?? "unnamed"}
      </Link>{" "}
      {user.isAdmin && <Badge tone="warn">Admin</Badge>} {user.isExternal && <Badge tone="info">External</Badge>}{" "}
      {user.status !== "ACTIVE" && <State value={user.status} />}
    </>
  );
}

function Evidence({ alert }: { alert: ShownAlert }) {
  const ids = alert.evidence.map(({ id }) => id);
  return (
    <Section
      title="Evidence"
      hint={counted(alert.evidence.length, "activity", "activities")}
      actions={
        alert.user && (
          <Link to="/activity" search={{ user: [alert.user.id] }}>
            All of the account
          </Link>
        )
      }
    >
      {ids.length === 0 ? (
        <p className="muted">The activities are past their retention, or the finding rests on none.</p>
      ) : (
        <ul className="rows evidence">
          {alert.evidence.map((activity) => (
            <li key={activity.id} className="row">
              <div className="row-main">
                <span>{activity.description}</span>
                <span className="row-note">
                  <code>{activity.eventType}</code>
                  <span>
                    {[activity.ipAddress, activity.city, activity.country && country(activity.country), activity.isp]
                      .filter(Boolean)
                      .join(" · ")}
                  </span>
                </span>
              </div>
              <span className="row-end">
                <Time at={activity.occurredAt} as="short" />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** What has been done to the account so far. */
function History({ userId }: { userId: string }) {
  const [{ data }] = useQuery({ query: AlertActionsDocument, variables: { filter: { userIds: [userId] } } });
  const actions = data?.governanceActions.nodes ?? [];
  if (actions.length === 0) return null;
  return (
    <Section title="Actions on the account">
      <ul className="rows">
        {actions.map((action) => (
          <li key={action.id} className="row">
            <State value={action.status} />
            <div className="row-main">
              <Link to="/actions" search={{ open: action.id }}>
                {words(action.kind)}
              </Link>
              <span className="row-note">by {action.requestedBy}</span>
            </div>
            <span className="row-end">
              <Time at={action.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
