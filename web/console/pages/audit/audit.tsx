import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { AuditLogDocument, type AuditRowFragment } from "../../__generated__/audit.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { useConnection } from "../../data/use-connection.ts";
import { Badge } from "../../shared/badge.tsx";
import { type Column, DataTable } from "../../shared/data-table.tsx";
import { Drawer } from "../../shared/dialog.tsx";
import { Empty } from "../../shared/empty.tsx";
import { Export } from "../../shared/export.tsx";
import { Facts, JsonFacts } from "../../shared/facts.tsx";
import { FilterBar, TextFilter } from "../../shared/filter.tsx";
import { totalText } from "../../shared/options.ts";
import { Page, Section } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { type AuditSearch, filterOf } from "./search.ts";

const columns: Column<AuditRowFragment>[] = [
  { id: "at", header: "Time", width: "126px", cell: ({ at }) => <Time at={at} as="short" /> },
  {
    id: "actor",
    header: "Who",
    width: "minmax(0, 1fr)",
    cell: ({ actor }) => <span className="cell-main">{actor}</span>,
  },
  {
    id: "action",
    header: "Action",
    width: "minmax(0, 1.2fr)",
    cell: ({ action }) => <span className="mono">{action}</span>,
  },
  {
    id: "target",
    header: "Target",
    width: "minmax(0, 1fr)",
    isWide: true,
    cell: ({ target }) => <span className="mono muted">{target ?? "–"}</span>,
  },
  {
    id: "ip",
    header: "From",
    width: "126px",
    isWide: true,
    cell: ({ ipAddress }) => <span className="mono muted">{ipAddress ?? "–"}</span>,
  },
  {
    id: "result",
    header: "Result",
    width: "110px",
    cell: ({ result }) => (
      <Badge tone={result === "ok" ? "good" : result === "started" ? "info" : "bad"}>{result}</Badge>
    ),
  },
];

export function AuditLog() {
  const search = useSearch({ from: "/audit" });
  const navigate = useNavigate({ from: "/audit" });
  const set = (change: Partial<AuditSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const filter = useMemo(() => filterOf(search), [search]);
  const pages = useConnection(AuditLogDocument, { filter, first: 100 }, ({ auditLog }) => auditLog);
  useShortcuts("Audit log", [{ keys: "Escape", label: "Close the entry", run: () => set({ open: undefined }) }]);
  const entry = pages.items.find(({ id }) => id === search.open);
  return (
    <Page
      isFixed
      title="Audit log"
      subtitle="Every change and sign-in, in a chain of hashes"
      query={{ document: AuditLogDocument, variables: { filter, first: 50 } }}
      actions={
        <Export document={AuditLogDocument} variables={{ filter }} name="audit-log" pick={({ auditLog }) => auditLog} />
      }
    >
      <FilterBar total={pages.isLoading ? null : totalText(pages.total, "entry").replace("entrys", "entries")}>
        <TextFilter
          label="Who"
          value={search.actor?.join(", ")}
          onChange={(actor) => set({ actor: actor ? [actor] : undefined })}
        />
        <TextFilter
          label="Action"
          value={search.action?.join(", ")}
          onChange={(action) => set({ action: action?.split(/[\s,]+/) })}
        />
      </FilterBar>
      <DataTable
        label="Audit log"
        columns={columns}
        pages={pages}
        rowHeight={34}
        openId={search.open}
        onOpen={({ id }) => set({ open: id })}
        empty={<Empty title="No entries match" />}
      />
      {entry && (
        <Drawer title={entry.action} onClose={() => set({ open: undefined })}>
          <Section title="Entry">
            <Facts
              facts={[
                ["Time", <Time key="at" at={entry.at} as="exact" />],
                ["Who", entry.actor],
                ["Target", entry.target],
                ["From", entry.ipAddress],
                ["Result", entry.result],
              ]}
            />
          </Section>
          {entry.before !== null && (
            <Section title="Before">
              <JsonFacts value={entry.before} />
            </Section>
          )}
          {entry.after !== null && (
            <Section title="After">
              <JsonFacts value={entry.after} />
            </Section>
          )}
        </Drawer>
      )}
    </Page>
  );
}
