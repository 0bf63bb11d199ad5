import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { AlertChangesDocument, type AlertRowFragment, AlertsDocument } from "../../__generated__/alerts.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { useChanges, useSoon } from "../../data/use-changes.ts";
import { useConnection } from "../../data/use-connection.ts";
import { useMay } from "../../data/viewer.tsx";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { State } from "../../shared/badge.tsx";
import { type Column, DataTable } from "../../shared/data-table.tsx";
import { Empty } from "../../shared/empty.tsx";
import { Filter, FilterBar } from "../../shared/filter.tsx";
import { optionsOf, severities, totalText, useInstanceOptions } from "../../shared/options.ts";
import { Page } from "../../shared/page.tsx";
import { SearchBox } from "../../shared/search-box.tsx";
import { Time } from "../../shared/time.tsx";
import { count } from "../../shared/words.ts";
import { AlertDrawer } from "./alert-drawer.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { type AlertSearch, alertStatuses, filterOf } from "./search.ts";

const columns: Column<AlertRowFragment>[] = [
  { id: "severity", header: "Severity", width: "112px", cell: ({ severity }) => <State value={severity} /> },
  {
    id: "title",
    header: "Alert",
    width: "minmax(0, 3fr)",
    cell: ({ title }) => <span className="cell-main">{title}</span>,
  },
  {
    id: "instance",
    header: "Instance",
    width: "minmax(0, 1.2fr)",
    isWide: true,
    cell: ({ instance }) => <InstanceLabel instance={instance} />,
  },
  {
    id: "user",
    header: "Account",
    width: "minmax(0, 1fr)",
    isWide: true,
    cell: ({ user }) => user?.displayName ?? user?.email ?? "–",
  },
  {
    id: "occurrences",
    header: "Times",
    width: "54px",
    align: "end",
    isWide: true,
    cell: ({ occurrences }) => count(occurrences),
  },
  { id: "status", header: "Status", width: "118px", isWide: true, cell: ({ status }) => <State value={status} /> },
  {
    id: "assignee",
    header: "Assignee",
    width: "110px",
    isWide: true,
    cell: ({ assignee }) => assignee ?? <span className="muted">–</span>,
  },
  {
    id: "last",
    header: "Last",
    width: "92px",
    align: "end",
    cell: ({ lastOccurredAt }) => <Time at={lastOccurredAt} />,
  },
];

export function Alerts() {
  const search = useSearch({ from: "/alerts" });
  const navigate = useNavigate({ from: "/alerts" });
  const set = (change: Partial<AlertSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const filter = useMemo(() => filterOf(search), [search]);
  const pages = useConnection(AlertsDocument, { filter, first: 60 }, ({ alerts }) => alerts);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const mayTriage = useMay("ANALYST");
  const again = useSoon(pages.refresh, 600);
  // An alert that is listed already changes in place; a new one needs the list again.
  useChanges(AlertChangesDocument, { filter }, ({ alertChanged }) => {
    if (!pages.items.some(({ id }) => id === alertChanged.id)) again();
  });
  const instances = useInstanceOptions();
  useShortcuts("Alerts", [
    {
      keys: "Escape",
      label: "Close the alert, or drop the selection",
      run: () => (search.open ? set({ open: undefined }) : setSelected(new Set())),
    },
  ]);
  return (
    <Page isFixed title="Alerts" query={{ document: AlertsDocument, variables: { filter, first: 50 } }}>
      <FilterBar total={pages.isLoading ? null : totalText(pages.total, "alert")}>
        <SearchBox
          label="Search titles"
          value={search.search ?? ""}
          onChange={(text) => set({ search: text || undefined })}
        />
        <Filter
          label="Status"
          options={optionsOf(alertStatuses)}
          values={search.status ?? ["OPEN", "IN_PROGRESS"]}
          onChange={(status) => set({ status: status as AlertSearch["status"] })}
        />
        <Filter
          label="Severity"
          options={optionsOf(severities)}
          values={search.severity}
          onChange={(severity) => set({ severity: severity as AlertSearch["severity"] })}
        />
        <Filter
          label="Instance"
          options={instances}
          values={search.instance}
          onChange={(instance) => set({ instance })}
        />
      </FilterBar>
      {selected.size > 0 && (
        <BulkBar
          filter={filter}
          total={pages.total}
          selected={selected}
          onDone={() => {
            setSelected(new Set());
            again();
          }}
        />
      )}
      <DataTable
        label="Alerts"
        columns={columns}
        pages={pages}
        openId={search.open}
        onOpen={({ id }) => set({ open: id })}
        selected={selected}
        {...(mayTriage ? { onSelect: setSelected } : {})}
        empty={<Empty title="No alerts match">Nothing waits for a review with these filters.</Empty>}
      />
      {search.open && <AlertDrawer id={search.open} onClose={() => set({ open: undefined })} />}
    </Page>
  );
}
