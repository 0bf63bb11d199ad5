import { useNavigate, useSearch } from "@tanstack/react-router";
import { Folder } from "lucide-react";
import { useMemo, useState } from "react";
import { useQuery } from "urql";
import {
  ExposureDocument,
  FileChangesDocument,
  type FileRowFragment,
  FilesDocument,
} from "../../__generated__/files.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { useChanges, useSoon } from "../../data/use-changes.ts";
import { useConnection } from "../../data/use-connection.ts";
import { useMay } from "../../data/viewer.tsx";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { Badge, State } from "../../shared/badge.tsx";
import { type Column, DataTable } from "../../shared/data-table.tsx";
import { Empty } from "../../shared/empty.tsx";
import { Filter, FilterBar, TextFilter } from "../../shared/filter.tsx";
import { optionsOf, totalText, useInstanceOptions } from "../../shared/options.ts";
import { Page } from "../../shared/page.tsx";
import { SearchBox } from "../../shared/search-box.tsx";
import { Time } from "../../shared/time.tsx";
import { count, words } from "../../shared/words.ts";
import { FileBulk } from "./file-bulk.tsx";
import { FileDrawer } from "./file-drawer.tsx";
import { type FileSearch, filterOf, orderOf, orders, sharingLevels, sharingOf } from "./search.ts";
import { bytes } from "./size.ts";

const columns: Column<FileRowFragment>[] = [
  {
    id: "sharing",
    header: "Sharing",
    width: "96px",
    cell: ({ sharing }) => (sharing ? <State value={sharing} /> : "–"),
  },
  {
    id: "name",
    header: "File",
    width: "minmax(0, 2.2fr)",
    cell: ({ name, isFolder, quarantined, trashed }) => (
      <span className="cell-main">
        {isFolder && <Folder size={13} aria-label="Folder" />} {name}{" "}
        {quarantined && <Badge tone="warn">Quarantined</Badge>} {trashed && <Badge>Trash</Badge>}
      </span>
    ),
  },
  {
    id: "owner",
    header: "Owner",
    width: "minmax(0, 1fr)",
    isWide: true,
    cell: ({ owner, ownerName }) => owner?.displayName ?? owner?.email ?? ownerName ?? "–",
  },
  {
    id: "instance",
    header: "Instance",
    width: "minmax(0, 1fr)",
    isWide: true,
    cell: ({ instance }) => <InstanceLabel instance={instance} />,
  },
  {
    id: "path",
    header: "Path",
    width: "minmax(0, 1.6fr)",
    isWide: true,
    cell: ({ path }) => <span className="muted">{path ?? ""}</span>,
  },
  { id: "size", header: "Size", width: "74px", align: "end", isWide: true, cell: ({ size }) => bytes(size) },
  {
    id: "modified",
    header: "Changed",
    width: "92px",
    align: "end",
    cell: ({ modifiedAt }) => <Time at={modifiedAt} />,
  },
];

/** Files by who can open them: what is exposed comes first. */
export function Files() {
  const search = useSearch({ from: "/files" });
  const navigate = useNavigate({ from: "/files" });
  const set = (change: Partial<FileSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const filter = useMemo(() => filterOf(search), [search]);
  const orderBy = useMemo(() => orderOf(search), [search]);
  const pages = useConnection(FilesDocument, { filter, orderBy, first: 80 }, ({ files }) => files);
  const [{ data: exposure }, readExposure] = useQuery({ query: ExposureDocument });
  const again = useSoon(() => {
    pages.refresh();
    readExposure({ requestPolicy: "network-only" });
  }, 1_500);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const mayAct = useMay("ADMIN");
  const instances = useInstanceOptions();
  const sharing = sharingOf(search);
  useChanges(
    FileChangesDocument,
    { filter: { isFolder: false, sharing: ["PUBLIC", "EXTERNAL"] } },
    ({ fileChanged }) => {
      if (!pages.items.some(({ id }) => id === fileChanged.id)) again();
    },
  );
  useShortcuts("Files", [
    {
      keys: "Escape",
      label: "Close the file, or drop the selection",
      run: () => (search.open ? set({ open: undefined }) : setSelected(new Set())),
    },
  ]);
  return (
    <Page isFixed title="Files" query={{ document: FilesDocument, variables: { filter, orderBy, first: 50 } }}>
      <div className="exposure-tiles">
        {sharingLevels.map((level) => (
          <button
            key={level}
            type="button"
            aria-pressed={sharing?.length === 1 && sharing[0] === level}
            className={`card exposure-tile exposure-${level.toLowerCase()}`}
            onClick={() => set({ sharing: [level], all: undefined })}
          >
            <strong>
              {count(exposure?.fileStats.find(({ key }) => key === level)?.count ?? (exposure ? 0 : null))}
            </strong>
            <span>{sharingTexts[level]}</span>
          </button>
        ))}
      </div>
      <FilterBar total={pages.isLoading ? null : totalText(pages.total, "file")}>
        <SearchBox
          label="Search files"
          value={search.search ?? ""}
          onChange={(text) => set({ search: text || undefined })}
        />
        <Filter
          label="Sharing"
          options={optionsOf(sharingLevels)}
          values={sharing}
          onChange={(levels) => set({ sharing: levels as FileSearch["sharing"], all: levels ? undefined : "yes" })}
        />
        <Filter
          label="Instance"
          options={instances}
          values={search.instance}
          onChange={(instance) => set({ instance })}
        />
        <TextFilter
          label="Shared with domain"
          value={search.domain?.join(", ")}
          onChange={(domain) => set({ domain: domain?.split(/[\s,]+/) })}
        />
        <TextFilter
          label="Extension"
          value={search.extension?.join(", ")}
          onChange={(extension) => set({ extension: extension?.split(/[\s,.]+/).filter(Boolean) })}
        />
        {search.owner && <TextFilter label="Owner" value="one account" onChange={() => set({ owner: undefined })} />}
        <Filter
          label="State"
          options={[
            { value: "STALE", label: "Unchanged for a year" },
            { value: "QUARANTINED", label: "Quarantined" },
            { value: "TRASHED", label: "In the trash" },
            { value: "FOLDER", label: "Folders" },
          ]}
          values={search.mark}
          onChange={(mark) => set({ mark: mark as FileSearch["mark"] })}
        />
        <select
          className="chip"
          aria-label="Order"
          value={search.order ?? "MODIFIED"}
          onChange={({ target }) => set({ order: target.value as FileSearch["order"] })}
        >
          {orders.map((order) => (
            <option key={order} value={order}>
              By {words(order).toLowerCase()}
            </option>
          ))}
        </select>
      </FilterBar>
      {selected.size > 0 && (
        <FileBulk
          ids={[...selected]}
          onDone={() => {
            setSelected(new Set());
            again();
          }}
        />
      )}
      <DataTable
        label="Files"
        columns={columns}
        pages={pages}
        openId={search.open}
        onOpen={({ id }) => set({ open: id })}
        selected={selected}
        {...(mayAct ? { onSelect: setSelected } : {})}
        empty={
          <Empty title="No files match">
            {sharing
              ? "No file with these conditions can be opened this way."
              : "Files appear when an app that has them was scanned."}
          </Empty>
        }
      />
      {search.open && <FileDrawer id={search.open} onClose={() => set({ open: undefined })} />}
    </Page>
  );
}

const sharingTexts = {
  PUBLIC: "public",
  EXTERNAL: "shared outside",
  INTERNAL: "inside the organisation",
  PRIVATE: "private",
};
