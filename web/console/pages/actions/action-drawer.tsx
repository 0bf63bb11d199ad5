import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import type { ActionRowFragment } from "../../__generated__/act.ts";
import {
  ActionDocument,
  ApproveActionsDocument,
  CancelActionsDocument,
  RetryActionDocument,
  RevertActionDocument,
} from "../../__generated__/actions.ts";
import { found } from "../../data/found.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Drawer } from "../../shared/dialog.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Facts } from "../../shared/facts.tsx";
import { Section } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { words } from "../../shared/words.ts";
import { targetName } from "./target.ts";

export function ActionDrawer({ id, onClose }: { id: string; onClose(): void }) {
  const [{ data, error }, read] = useQuery({ query: ActionDocument, variables: { id } });
  const action = found(data?.node, id);
  const title = action ? `${words(action.kind)}: ${targetName(action)}` : "Action";
  return (
    <Drawer title={title} onClose={onClose} head={action && <Head action={action} />}>
      {error && !data ? (
        <Problem error={error} retry={read} />
      ) : !data ? (
        <Loading />
      ) : action ? (
        <>
          <Decisions action={action} />
          <Section title="Details">
            <Facts
              facts={[
                ["Requested by", action.requestedBy],
                ["Requested", <Time key="created" at={action.createdAt} as="exact" />],
                ["Finished", action.finishedAt && <Time key="finished" at={action.finishedAt} as="exact" />],
                ["Asked again", action.checkAt && <Time key="check" at={action.checkAt} as="exact" />],
                ["Attempts", action.attempts],
                ["Effect", effectOf(action)],
                ["Note", action.error],
                [
                  "Policy",
                  action.policy && (
                    <Link key="policy" to="/policies/$id" params={{ id: action.policy.id }}>
                      {action.policy.name}
                    </Link>
                  ),
                ],
                [
                  "Alert",
                  action.alert && (
                    <Link key="alert" to="/alerts" search={{ open: action.alert.id }}>
                      {action.alert.title}
                    </Link>
                  ),
                ],
                [
                  "Account",
                  action.user && (
                    <Link key="user" to="/people" search={{ open: action.user.id }}>
                      {targetName({ ...action, file: null, oauthApp: null })}
                    </Link>
                  ),
                ],
                [
                  "File",
                  action.file && (
                    <Link key="file" to="/files" search={{ open: action.file.id }}>
                      {action.file.path ?? action.file.name}
                    </Link>
                  ),
                ],
                [
                  "App",
                  action.oauthApp && (
                    <Link key="app" to="/oauth-apps" search={{ open: action.oauthApp.id }}>
                      {action.oauthApp.name}
                    </Link>
                  ),
                ],
                [
                  "Instead",
                  action.supersededBy && (
                    <Link key="by" to="/actions" search={{ open: action.supersededBy.id }}>
                      {words(action.supersededBy.kind)}
                    </Link>
                  ),
                ],
              ]}
            />
          </Section>
        </>
      ) : (
        <Empty title="There is no such action" />
      )}
    </Drawer>
  );
}

function Head({ action }: { action: ActionRowFragment }) {
  return (
    <div className="drawer-actions">
      <State value={action.status} />
      <InstanceLabel instance={action.instance} />
    </div>
  );
}

function effectOf({ status, changed }: ActionRowFragment): string | null {
  if (status === "AWAITING_APPROVAL") return "Nothing happens in the app until an admin approves.";
  if (changed === null) return null;
  return changed ? "The app was changed." : "The app was in the wanted state already.";
}

function Decisions({ action }: { action: ActionRowFragment }) {
  const approve = useAction(ApproveActionsDocument);
  const cancel = useAction(CancelActionsDocument);
  const retry = useAction(RetryActionDocument);
  const revert = useAction(RevertActionDocument);
  const mayDecide = useMay("ADMIN");
  const { id, status } = action;
  if (!mayDecide) return null;
  return (
    <div className="drawer-actions">
      {status === "AWAITING_APPROVAL" && (
        <Button look="primary" isBusy={approve.isRunning} onClick={() => approve.run({ ids: [id] })}>
          Approve
        </Button>
      )}
      {(status === "AWAITING_APPROVAL" || status === "QUEUED") && (
        <Button isBusy={cancel.isRunning} onClick={() => cancel.run({ ids: [id] })}>
          {status === "QUEUED" ? "Cancel" : "Deny"}
        </Button>
      )}
      {status === "FAILED" && (
        <Button isBusy={retry.isRunning} onClick={() => retry.run({ id })}>
          Try again
        </Button>
      )}
      {action.revertible && (
        <Button isBusy={revert.isRunning} onClick={() => revert.run({ id })}>
          Revert
        </Button>
      )}
    </div>
  );
}
