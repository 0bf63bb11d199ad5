import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { type AppRowFragment, OAuthAppsDocument } from "../../__generated__/oauth-apps.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { useConnection } from "../../data/use-connection.ts";
import { useMay } from "../../data/viewer.tsx";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { Badge, State } from "../../shared/badge.tsx";
import { type Column, DataTable } from "../../shared/data-table.tsx";
import { Empty } from "../../shared/empty.tsx";
import { Filter, FilterBar } from "../../shared/filter.tsx";
import { optionsOf, totalText, useInstanceOptions } from "../../shared/options.ts";
import { Page } from "../../shared/page.tsx";
import { SearchBox } from "../../shared/search-box.tsx";
import { Time } from "../../shared/time.tsx";
import { count } from "../../shared/words.ts";
import { OAuthAppDrawer } from "./oauth-app-drawer.tsx";
import { filterOf, levels, type OAuthAppSearch, states } from "./search.ts";

const columns: Column<AppRowFragment>[] = [
  {
    id: "level",
    header: "Permissions",
    width: "96px",
    cell: ({ permissionLevel }) => <State value={permissionLevel} />,
  },
  {
    id: "name",
    header: "App",
    width: "minmax(0, 1.6fr)",
    cell: ({ name }) => <span className="cell-main">{name}</span>,
  },
  {
    id: "publisher",
    header: "Publisher",
    width: "minmax(0, 1.2fr)",
    isWide: true,
    cell: ({ publisher, publisherVerified }) => (
      <>
        {publisher ?? <span className="muted">–</span>} {publisherVerified && <Badge tone="good">Verified</Badge>}
      </>
    ),
  },
  {
    id: "instance",
    header: "Instance",
    width: "minmax(0, 1.2fr)",
    isWide: true,
    cell: ({ instance }) => <InstanceLabel instance={instance} />,
  },
  { id: "users", header: "Accounts", width: "72px", align: "end", cell: ({ userCount }) => count(userCount) },
  {
    id: "scopes",
    header: "Scopes",
    width: "60px",
    align: "end",
    isWide: true,
    cell: ({ scopes }) => count(scopes.length),
  },
  { id: "state", header: "State", width: "124px", isWide: true, cell: ({ state }) => <State value={state} /> },
  {
    id: "used",
    header: "Last used",
    width: "92px",
    align: "end",
    isWide: true,
    cell: ({ lastUsedAt }) => <Time at={lastUsedAt} />,
  },
];

/** Third-party apps that people have let in. */
export function OAuthApps() {
  const search = useSearch({ from: "/oauth-apps" });
  const navigate = useNavigate({ from: "/oauth-apps" });
  const set = (change: Partial<OAuthAppSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const filter = useMemo(() => filterOf(search), [search]);
  const pages = useConnection(OAuthAppsDocument, { filter, first: 80 }, ({ oauthApps }) => oauthApps);
  const instances = useInstanceOptions();
  const mayMakePolicy = useMay("ADMIN");
  useShortcuts("OAuth apps", [{ keys: "Escape", label: "Close the app", run: () => set({ open: undefined }) }]);
  return (
    <Page
      isFixed
      title="OAuth apps"
      query={{ document: OAuthAppsDocument, variables: { filter, first: 50 } }}
      actions={
        mayMakePolicy && (
          <Link
            className="button button-plain"
            to="/policies/new"
            search={{ kind: "OAUTH_APP", filter: JSON.stringify(filter) }}
          >
            Policy from this filter
          </Link>
        )
      }
    >
      <FilterBar total={pages.isLoading ? null : totalText(pages.total, "app")}>
        <SearchBox
          label="Search apps"
          value={search.search ?? ""}
          onChange={(text) => set({ search: text || undefined })}
        />
        <Filter
          label="Permissions"
          options={optionsOf(levels)}
          values={search.level}
          onChange={(level) => set({ level: level as OAuthAppSearch["level"] })}
        />
        <Filter
          label="State"
          options={optionsOf(states)}
          values={search.state}
          onChange={(state) => set({ state: state as OAuthAppSearch["state"] })}
        />
        <Filter
          label="Instance"
          options={instances}
          values={search.instance}
          onChange={(instance) => set({ instance })}
        />
      </FilterBar>
      <DataTable
        label="OAuth apps"
        columns={columns}
        pages={pages}
        openId={search.open}
        onOpen={({ id }) => set({ open: id })}
        empty={
          <Empty title="No apps match">
            Apps and tokens that people have let into a connected app are listed here.
          </Empty>
        }
      />
      {search.open && <OAuthAppDrawer id={search.open} onClose={() => set({ open: undefined })} />}
    </Page>
  );
}
