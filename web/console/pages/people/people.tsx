import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { PeopleDocument, type PersonRowFragment } from "../../__generated__/people.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { useConnection } from "../../data/use-connection.ts";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { Badge, State } from "../../shared/badge.tsx";
import { type Column, DataTable } from "../../shared/data-table.tsx";
import { Empty } from "../../shared/empty.tsx";
import { Filter, FilterBar } from "../../shared/filter.tsx";
import { optionsOf, totalText, useInstanceOptions } from "../../shared/options.ts";
import { Page } from "../../shared/page.tsx";
import { SearchBox } from "../../shared/search-box.tsx";
import { Time } from "../../shared/time.tsx";
import { words } from "../../shared/words.ts";
import { Leavers } from "./leavers.tsx";
import { nameOf } from "./name.ts";
import { PersonDrawer } from "./person-drawer.tsx";
import { accountTypes, filterOf, type PeopleSearch, userStatuses } from "./search.ts";

const columns: Column<PersonRowFragment>[] = [
  {
    id: "name",
    header: "Name",
    width: "minmax(0, 1.4fr)",
    cell: (user) => <span className="cell-main">{nameOf(user)}</span>,
  },
  {
    id: "email",
    header: "E-mail",
    width: "minmax(0, 1.5fr)",
    isWide: true,
    cell: ({ email, login }) => <span className="muted">{email ?? login ?? "–"}</span>,
  },
  {
    id: "instance",
    header: "Instance",
    width: "minmax(0, 1.2fr)",
    isWide: true,
    cell: ({ instance }) => <InstanceLabel instance={instance} />,
  },
  {
    id: "marks",
    header: "",
    width: "128px",
    cell: ({ isAdmin, isExternal, type }) => (
      <>
        {isAdmin && <Badge tone="warn">Admin</Badge>} {isExternal && <Badge tone="info">External</Badge>}{" "}
        {type === "SERVICE" && <Badge>Service</Badge>}
      </>
    ),
  },
  { id: "status", header: "Status", width: "104px", isWide: true, cell: ({ status }) => <State value={status} /> },
  { id: "seen", header: "Last seen", width: "92px", align: "end", cell: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
];

export function People() {
  const search = useSearch({ from: "/people" });
  const navigate = useNavigate({ from: "/people" });
  const set = (change: Partial<PeopleSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const [openedAt] = useState(Date.now);
  const filter = useMemo(() => filterOf(search, openedAt), [search, openedAt]);
  useShortcuts("People", [{ keys: "Escape", label: "Close the account", run: () => set({ open: undefined }) }]);
  const pages = useConnection(PeopleDocument, { filter, first: 80 }, ({ users }) => users);
  const instances = useInstanceOptions();
  const isLeavers = search.view === "leavers";
  return (
    <Page
      isFixed
      title="People"
      query={{ document: PeopleDocument, variables: { filter, first: 50 } }}
      actions={
        <nav className="tabs" aria-label="Views">
          <Link to="/people" search={{ view: undefined }} className={isLeavers ? "tab" : "tab tab-active"}>
            Accounts
          </Link>
          <Link to="/people" search={{ view: "leavers" }} className={isLeavers ? "tab tab-active" : "tab"}>
            People who left
          </Link>
        </nav>
      }
    >
      {isLeavers ? (
        <Leavers
          search={search.search}
          onSearch={(text) => set({ search: text || undefined })}
          onOpen={(id) => set({ open: id })}
        />
      ) : (
        <>
          <FilterBar total={pages.isLoading ? null : totalText(pages.total, "account")}>
            <SearchBox
              label="Search accounts"
              value={search.search ?? ""}
              onChange={(text) => set({ search: text || undefined })}
            />
            <Filter
              label="Kind"
              options={[
                { value: "ADMIN", label: "Administrators" },
                { value: "EXTERNAL", label: "External" },
                { value: "DORMANT", label: "Not seen for 90 days" },
              ]}
              values={search.kind}
              onChange={(kind) => set({ kind: kind as PeopleSearch["kind"] })}
            />
            <Filter
              label="Status"
              options={optionsOf(userStatuses)}
              values={search.status}
              onChange={(status) => set({ status: status as PeopleSearch["status"] })}
            />
            <Filter
              label="Type"
              options={accountTypes.map((value) => ({ value, label: words(value) }))}
              values={search.type}
              onChange={(type) => set({ type: type as PeopleSearch["type"] })}
            />
            <Filter
              label="Instance"
              options={instances}
              values={search.instance}
              onChange={(instance) => set({ instance })}
            />
          </FilterBar>
          <DataTable
            label="Accounts"
            columns={columns}
            pages={pages}
            openId={search.open}
            onOpen={({ id }) => set({ open: id })}
            empty={<Empty title="No accounts match">Accounts appear as soon as an instance has been scanned.</Empty>}
          />
        </>
      )}
      {search.open && (
        <PersonDrawer id={search.open} onClose={() => set({ open: undefined })} onOpen={(id) => set({ open: id })} />
      )}
    </Page>
  );
}
