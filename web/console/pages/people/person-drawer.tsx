import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import {
  PersonAlertsDocument,
  PersonDocument,
  type PersonRowFragment,
  UnlinkIdentityDocument,
} from "../../__generated__/people.ts";
import { ActDialog } from "../../act/act-dialog.tsx";
import { found } from "../../data/found.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { Badge, State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Drawer } from "../../shared/dialog.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Facts } from "../../shared/facts.tsx";
import { Section } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { count, counted, country, words } from "../../shared/words.ts";
import { nameOf } from "./name.ts";

const monthMs = 30 * 86_400_000;

interface PersonDrawerProps {
  id: string;
  onClose(): void;
  onOpen(userId: string): void;
}

/** An account with the person behind it: all accounts, what they may do, where they were, and what can be done. */
export function PersonDrawer({ id, onClose, onOpen }: PersonDrawerProps) {
  const [since] = useState(() => new Date(Math.floor((Date.now() - monthMs) / 3_600_000) * 3_600_000).toISOString());
  const variables = { id, places: { userIds: [id], categories: ["LOG_ON" as const], occurredFrom: since } };
  const [{ data, error }, read] = useQuery({ query: PersonDocument, variables });
  const [isActing, setActing] = useState(false);
  const unlink = useAction(UnlinkIdentityDocument);
  const mayAct = useMay("ADMIN");
  const user = found(data?.node, id);
  const actions = user?.instance.connector.actions.filter(({ target }) => target === "USER") ?? [];
  const places = (data?.places ?? []).filter(({ key }) => key !== "");
  return (
    <Drawer
      title={user ? nameOf(user) : "Account"}
      onClose={onClose}
      head={
        user && (
          <div className="drawer-actions">
            <State value={user.status} />
            {user.isAdmin && <Badge tone="warn">Admin</Badge>}
            {user.isExternal && <Badge tone="info">External</Badge>}
            <InstanceLabel instance={user.instance} />
          </div>
        )
      }
    >
      {error && !data ? (
        <Problem error={error} retry={read} />
      ) : !data ? (
        <Loading />
      ) : user ? (
        <>
          <div className="drawer-actions">
            {mayAct && actions.length > 0 && (
              <Button look="primary" onClick={() => setActing(true)}>
                Contain…
              </Button>
            )}
            <Link className="button button-plain" to="/activity" search={{ user: [id], range: "7d" }}>
              Activities
            </Link>
            <Link className="button button-plain" to="/files" search={{ owner: [id] }}>
              Files
            </Link>
          </div>
          {isActing && (
            <ActDialog
              title={`Act on ${nameOf(user)}`}
              actions={actions}
              targets={[{ instanceId: user.instance.id, userId: id }]}
              onClose={() => setActing(false)}
              onDone={read}
            />
          )}
          <Section title="Account">
            <Facts
              facts={[
                ["E-mail", user.email],
                ["Sign-in name", user.login],
                ["Type", words(user.type)],
                ["Last seen", <Time key="seen" at={user.lastSeenAt} />],
                ["Last sign-in", <Time key="signin" at={user.lastSignInAt} />],
                ["Known since", <Time key="created" at={user.createdAt} as="short" />],
                [
                  "Privileges",
                  user.privileges.length > 0
                    ? user.privileges.map((each) => (
                        <span key={each.id} className="tag-inline">
                          {each.isAdmin ? <Badge tone="warn">{each.name}</Badge> : <Badge>{each.name}</Badge>}
                        </span>
                      ))
                    : "none",
                ],
                ["Groups", user.groups.nodes.map(({ name }) => name).join(", ") || "none"],
              ]}
            />
          </Section>
          {user.identity && (
            <Section
              title="The person"
              hint={user.identity.email}
              actions={
                mayAct && (
                  <Button
                    look="bare"
                    isBusy={unlink.isRunning}
                    onClick={async () => (await unlink.run({ userId: id })).ok && read()}
                  >
                    Not this person
                  </Button>
                )
              }
            >
              {user.identity.terminatedAt && (
                <div className="callout callout-bad">
                  <p>
                    {user.identity.terminatedSource?.name ?? "A directory"} reports that this person left{" "}
                    <Time at={user.identity.terminatedAt} />.
                  </p>
                </div>
              )}
              <Accounts users={user.identity.users} current={id} onOpen={onOpen} />
            </Section>
          )}
          {places.length > 0 && (
            <Section title="Signed in from" hint="30 days">
              <ul className="rows">
                {places.map(({ key, count: times }) => (
                  <li key={key} className="row">
                    <span className="row-main">{country(key)}</span>
                    <span className="row-end">{counted(times, "time")}</span>
                  </li>
                ))}
              </ul>
            </Section>
          )}
          <Alerts id={id} />
          <Section title="Latest activities">
            <ul className="rows">
              {user.activities.nodes.map((activity) => (
                <li key={activity.id} className="row">
                  <span className="row-main">{activity.description}</span>
                  <span className="row-end">
                    <Time at={activity.occurredAt} />
                  </span>
                </li>
              ))}
            </ul>
            {user.activities.nodes.length === 0 && <p className="muted">None is known.</p>}
          </Section>
        </>
      ) : (
        <Empty title="There is no such account" />
      )}
    </Drawer>
  );
}

function Accounts({
  users,
  current,
  onOpen,
}: {
  users: readonly PersonRowFragment[];
  current: string;
  onOpen(id: string): void;
}) {
  return (
    <ul className="rows">
      {users.map((user) => (
        <li key={user.id} className="row">
          <div className="row-main">
            {user.id === current ? (
              <strong>
                <InstanceLabel instance={user.instance} />
              </strong>
            ) : (
              <button type="button" className="link link-row" onClick={() => onOpen(user.id)}>
                <InstanceLabel instance={user.instance} />
              </button>
            )}
          </div>
          <span className="row-end">
            {user.isAdmin && <Badge tone="warn">Admin</Badge>}
            <State value={user.status} />
            <Time at={user.lastSeenAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Alerts({ id }: { id: string }) {
  const [{ data }] = useQuery({ query: PersonAlertsDocument, variables: { ids: [id] } });
  const alerts = data?.alerts.nodes ?? [];
  if (alerts.length === 0) return null;
  return (
    <Section title="Alerts" hint={count(alerts.length)}>
      <ul className="rows">
        {alerts.map((alert) => (
          <li key={alert.id} className="row">
            <State value={alert.severity} />
            <Link className="row-main" to="/alerts" search={{ open: alert.id }}>
              {alert.title}
            </Link>
            <span className="row-end">
              <State value={alert.status} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
