import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { ActionRowFragment } from "../../__generated__/act.ts";
import {
  ActionChangesDocument,
  ActionsDocument,
  ApproveActionsDocument,
  CancelActionsDocument,
} from "../../__generated__/actions.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { useAction } from "../../data/use-action.ts";
import { useChanges, useSoon } from "../../data/use-changes.ts";
import { useConnection } from "../../data/use-connection.ts";
import { useMay } from "../../data/viewer.tsx";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { type Column, DataTable } from "../../shared/data-table.tsx";
import { Empty } from "../../shared/empty.tsx";
import { Filter, FilterBar } from "../../shared/filter.tsx";
import { notify } from "../../shared/notices.tsx";
import { optionsOf, totalText, useInstanceOptions } from "../../shared/options.ts";
import { Page } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { count, counted, words } from "../../shared/words.ts";
import { ActionDrawer } from "./action-drawer.tsx";
import { type ActionSearch, actionStatuses, filterOf } from "./search.ts";
import { targetName } from "./target.ts";

const columns: Column<ActionRowFragment>[] = [
  { id: "status", header: "Status", width: "140px", cell: ({ status }) => <State value={status} /> },
  {
    id: "kind",
    header: "Action",
    width: "minmax(0, 1.2fr)",
    cell: ({ kind }) => <span className="cell-main">{words(kind)}</span>,
  },
  { id: "target", header: "Target", width: "minmax(0, 1.4fr)", cell: targetName },
  {
    id: "instance",
    header: "Instance",
    width: "minmax(0, 1.2fr)",
    isWide: true,
    cell: ({ instance }) => <InstanceLabel instance={instance} />,
  },
  { id: "by", header: "Requested by", width: "minmax(0, 1.2fr)", isWide: true, cell: ({ requestedBy }) => requestedBy },
  {
    id: "error",
    header: "Note",
    width: "minmax(0, 1.4fr)",
    isWide: true,
    cell: ({ error }) => <span className="muted">{error}</span>,
  },
  {
    id: "at",
    header: "Requested",
    width: "92px",
    align: "end",
    isWide: true,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
];

/** What is to be done in the apps, and what has been. */
export function Actions() {
  const search = useSearch({ from: "/actions" });
  const navigate = useNavigate({ from: "/actions" });
  const set = (change: Partial<ActionSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const filter = useMemo(() => filterOf(search), [search]);
  const pages = useConnection(ActionsDocument, { filter, first: 60 }, ({ governanceActions }) => governanceActions);
  const again = useSoon(pages.refresh, 600);
  const instances = useInstanceOptions();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const mayDecide = useMay("ADMIN");
  useChanges(ActionChangesDocument, {}, ({ governanceActionChanged }) => {
    if (!pages.items.some(({ id }) => id === governanceActionChanged.id)) again();
  });
  useShortcuts("Actions", [
    {
      keys: "Escape",
      label: "Close the action, or drop the selection",
      run: () => (search.open ? set({ open: undefined }) : setSelected(new Set())),
    },
  ]);
  return (
    <Page
      isFixed
      title="Actions"
      subtitle="Requested by people and policies, carried out in the apps"
      query={{ document: ActionsDocument, variables: { filter, first: 50 } }}
    >
      <FilterBar total={pages.isLoading ? null : totalText(pages.total, "action")}>
        <Filter
          label="Status"
          options={optionsOf(actionStatuses)}
          values={search.status}
          onChange={(status) => set({ status: status as ActionSearch["status"] })}
        />
        <Filter
          label="Instance"
          options={instances}
          values={search.instance}
          onChange={(instance) => set({ instance })}
        />
      </FilterBar>
      {selected.size > 0 && <Decide ids={[...selected]} onDone={() => setSelected(new Set())} />}
      <DataTable
        label="Actions"
        columns={columns}
        pages={pages}
        openId={search.open}
        onOpen={({ id }) => set({ open: id })}
        selected={selected}
        {...(mayDecide ? { onSelect: setSelected } : {})}
        empty={
          <Empty title="No actions match">
            Actions start from an account, a file, an app or an alert, or from a policy.
          </Empty>
        }
      />
      {search.open && <ActionDrawer id={search.open} onClose={() => set({ open: undefined })} />}
    </Page>
  );
}

/** Approves or cancels the selected actions, all or none. */
function Decide({ ids, onDone }: { ids: string[]; onDone(): void }) {
  const approve = useAction(ApproveActionsDocument);
  const cancel = useAction(CancelActionsDocument);
  return (
    <div className="bulk" role="toolbar" aria-label="Decide on the selected actions">
      <span>{count(ids.length)} selected</span>
      <Button
        look="primary"
        isBusy={approve.isRunning}
        onClick={async () => {
          if (!(await approve.run({ ids })).ok) return;
          notify("done", `${counted(ids.length, "action")} approved.`);
          onDone();
        }}
      >
        Approve
      </Button>
      <Button
        isBusy={cancel.isRunning}
        onClick={async () => {
          if (!(await cancel.run({ ids })).ok) return;
          notify("done", `${counted(ids.length, "action")} cancelled.`);
          onDone();
        }}
      >
        Cancel
      </Button>
    </div>
  );
}
