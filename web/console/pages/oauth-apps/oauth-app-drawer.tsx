import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { OAuthAppDocument } from "../../__generated__/oauth-apps.ts";
import { ActDialog } from "../../act/act-dialog.tsx";
import { found } from "../../data/found.ts";
import { useMay } from "../../data/viewer.tsx";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { Badge, State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Drawer } from "../../shared/dialog.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Facts } from "../../shared/facts.tsx";
import { Section } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { counted } from "../../shared/words.ts";
import { nameOf } from "../people/name.ts";

export function OAuthAppDrawer({ id, onClose }: { id: string; onClose(): void }) {
  const [{ data, error }, read] = useQuery({ query: OAuthAppDocument, variables: { id } });
  const [acting, setActing] = useState<"app" | { userId: string; name: string } | null>(null);
  const mayAct = useMay("ADMIN");
  const app = found(data?.node, id);
  const all = app?.instance.connector.actions ?? [];
  const onApp = all.filter(({ target }) => target === "OAUTH_APP");
  const onGrant = all.filter(({ target }) => target === "USER_OF_OAUTH_APP");
  return (
    <Drawer
      title={app?.name ?? "App"}
      onClose={onClose}
      head={
        app && (
          <div className="drawer-actions">
            <State
              value={app.permissionLevel}
              label={`${app.permissionLevel.charAt(0)}${app.permissionLevel.slice(1).toLowerCase()} permissions`}
            />
            <State value={app.state} />
            <InstanceLabel instance={app.instance} />
          </div>
        )
      }
    >
      {error && !data ? (
        <Problem error={error} retry={read} />
      ) : !data ? (
        <Loading />
      ) : app ? (
        <>
          {mayAct && onApp.length > 0 && (
            <div className="drawer-actions">
              <Button look="primary" onClick={() => setActing("app")}>
                Ban, revoke or approve…
              </Button>
            </div>
          )}
          {acting && (
            <ActDialog
              title={acting === "app" ? `Act on ${app.name}` : `Act on the grant of ${acting.name}`}
              actions={acting === "app" ? onApp : onGrant}
              targets={[
                { instanceId: app.instance.id, oauthAppId: id, userId: acting === "app" ? null : acting.userId },
              ]}
              onClose={() => setActing(null)}
              onDone={read}
            />
          )}
          <Section title="App">
            <Facts
              facts={[
                [
                  "Publisher",
                  app.publisher && (
                    <span key="publisher">
                      {app.publisher} {app.publisherVerified && <Badge tone="good">Verified</Badge>}
                    </span>
                  ),
                ],
                ["Last used", <Time key="used" at={app.lastUsedAt} />],
                ["Last granted", <Time key="granted" at={app.lastAuthorizedAt} />],
                [
                  "App's id",
                  <span key="id" className="mono">
                    {app.externalId}
                  </span>,
                ],
              ]}
            />
          </Section>
          <Section title="Permissions" hint={counted(app.scopes.length, "scope")}>
            <p className="scopes">
              {app.scopes.map((scope) => (
                <code key={scope}>{scope}</code>
              ))}
            </p>
          </Section>
          <Section title="Accounts" hint={counted(app.userCount, "account")}>
            <ul className="rows">
              {app.users.nodes.map((user) => (
                <li key={user.id} className="row">
                  <Link className="row-main" to="/people" search={{ open: user.id }}>
                    {nameOf(user)}
                  </Link>
                  <span className="row-end">
                    {user.isAdmin && <Badge tone="warn">Admin</Badge>}
                    {mayAct && onGrant.length > 0 && (
                      <Button look="bare" onClick={() => setActing({ userId: user.id, name: nameOf(user) })}>
                        Revoke…
                      </Button>
                    )}
                  </span>
                </li>
              ))}
            </ul>
            {app.users.nodes.length === 0 && <p className="muted">The app does not report who let it in.</p>}
          </Section>
        </>
      ) : (
        <Empty title="There is no such app" />
      )}
    </Drawer>
  );
}
