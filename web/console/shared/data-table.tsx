// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by their offset, which the elements of a table do not allow.
// biome-ignore-all lint/a11y/useFocusableInteractive: the list itself has the focus, and j, k, x and Enter work on its current row.
import "./data-table.css";
import {
  type ColumnDef,
  columnVisibilityFeature,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useShortcuts } from "../app/keys.tsx";
import type { Pages } from "../data/use-connection.ts";
import { Empty, Loading, Problem } from "./empty.tsx";

export interface Column<Item> {
  id: string;
  header: string;
  /** A track of the grid: `120px`, `minmax(0, 2fr)`. */
  width: string;
  cell(item: Item): ReactNode;
  align?: "end";
  /** Not shown on a narrow screen. */
  isWide?: boolean;
}

interface DataTableProps<Item extends { id: string }> {
  label: string;
  columns: readonly Column<Item>[];
  pages: Omit<Pages<Item>, "first">;
  /** Opened by a click, or by Enter on the current row. */
  onOpen?(item: Item): void;
  openId?: string | undefined;
  /** Ids of the columns to show. Default: all. */
  visible?: readonly string[];
  selected?: ReadonlySet<string>;
  onSelect?(selected: ReadonlySet<string>): void;
  rowHeight?: number;
  empty: ReactNode;
}

const tableRoles = { table: "table", group: "rowgroup", row: "row", header: "columnheader" } as const;
const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature });

/** A list of any length: only rows in view are elements, and the next page is read before its end is reached. */
export function DataTable<Item extends { id: string }>(props: DataTableProps<Item>) {
  const { label, columns, pages, onOpen, openId, visible, selected, onSelect, rowHeight = 38, empty } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(-1);
  const definitions = useMemo(
    () =>
      columns.map(({ id, header, cell }) => ({
        id,
        header,
        cell: ({ row }: { row: { original: Item } }) => cell(row.original),
      })) as ColumnDef<typeof features, Item>[],
    [columns],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: pages.items,
    getRowId: (item: Item) => item.id,
    enableRowSelection: onSelect !== undefined,
    state: {
      rowSelection: Object.fromEntries([...(selected ?? [])].map((id) => [id, true as const])),
      columnVisibility: Object.fromEntries(columns.map(({ id }) => [id, visible?.includes(id) ?? true])),
    },
    onRowSelectionChange: (update) => {
      const before = Object.fromEntries([...(selected ?? [])].map((id) => [id, true as const]));
      onSelect?.(new Set(Object.keys(typeof update === "function" ? update(before) : update)));
    },
  });
  const rows = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const shown = virtual.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  const { hasMore, loadMore } = pages;
  useEffect(() => {
    if (hasMore && lastShown >= rows.length - 20) loadMore();
  }, [hasMore, loadMore, lastShown, rows.length]);

  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setCurrent(next);
    virtual.scrollToIndex(next);
    if (openId !== undefined && rows[next]) onOpen?.(rows[next].original);
  };
  useShortcuts("Lists", [
    { keys: "j", label: "Next row", run: () => go(current + 1) },
    { keys: "k", label: "Previous row", run: () => go(current - 1) },
    { keys: "Enter", label: "Open the row", run: () => rows[current] && onOpen?.(rows[current].original) },
    ...(onSelect ? [{ keys: "x", label: "Select the row", run: () => rows[current]?.toggleSelected() }] : []),
  ]);

  if (pages.error && rows.length === 0) return <Problem error={pages.error} retry={pages.refresh} />;
  // Without rows it is no table, for those who hear it.
  const roles = rows.length > 0 ? tableRoles : ({} as Partial<typeof tableRoles>);
  const tracks = (narrow: boolean) =>
    [
      onSelect ? "34px" : "",
      ...columns
        .filter(({ id, isWide }) => (visible?.includes(id) ?? true) && !(narrow && isWide))
        .map(({ width }) => width),
    ].join(" ");
  const wide = new Set(columns.filter(({ isWide }) => isWide).map(({ id }) => id));
  const ends = new Set(columns.filter(({ align }) => align === "end").map(({ id }) => id));
  const cellClass = (id: string) => `cell${wide.has(id) ? " cell-wide" : ""}${ends.has(id) ? " cell-end" : ""}`;
  return (
    <div
      className="data-table card"
      style={{ "--tracks": tracks(false), "--narrow-tracks": tracks(true) } as React.CSSProperties}
      role={roles.table}
      {...(rows.length > 0 ? { "aria-label": label, "aria-rowcount": pages.total ?? -1 } : {})}
    >
      <div className="data-head" role={roles.group}>
        <div className="data-row data-row-head" role={roles.row}>
          {onSelect && (
            <span className="cell" role={roles.header}>
              <input
                type="checkbox"
                aria-label="Select all rows that are loaded"
                checked={rows.length > 0 && table.getIsAllRowsSelected()}
                onChange={table.getToggleAllRowsSelectedHandler()}
              />
            </span>
          )}
          {table.getVisibleLeafColumns().map((column) => (
            <span key={column.id} className={cellClass(column.id)} role={roles.header}>
              {column.columnDef.header as string}
            </span>
          ))}
        </div>
      </div>
      <div className="data-scroll" ref={scroller} role={roles.group} tabIndex={0}>
        {pages.isLoading ? (
          <Loading rows={8} />
        ) : rows.length === 0 ? (
          typeof empty === "string" ? (
            <Empty title={empty} />
          ) : (
            empty
          )
        ) : (
          <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
            {shown.map(({ index, start }) => {
              const row = rows[index]!;
              const isOpen = row.id === openId;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: j, k and Enter, and the button inside, do the same.
                <div
                  key={row.id}
                  role="row"
                  aria-rowindex={index + 2}
                  aria-selected={onSelect ? row.getIsSelected() : undefined}
                  className={`data-row${index === current ? " data-row-current" : ""}${isOpen ? " data-row-open" : ""}${onOpen ? " data-row-link" : ""}`}
                  style={{ height: rowHeight, transform: `translateY(${start}px)` }}
                  onClick={() => {
                    setCurrent(index);
                    onOpen?.(row.original);
                  }}
                >
                  {onSelect && (
                    // biome-ignore lint/a11y/useKeyWithClickEvents: the checkbox takes the keys.
                    <span className="cell" role="cell" onClick={(event) => event.stopPropagation()}>
                      <input
                        type="checkbox"
                        aria-label="Select"
                        checked={row.getIsSelected()}
                        onChange={row.getToggleSelectedHandler()}
                      />
                    </span>
                  )}
                  {row.getVisibleCells().map((cell) => (
                    <span key={cell.id} className={cellClass(cell.column.id)} role="cell">
                      <table.FlexRender cell={cell} />
                    </span>
                  ))}
                </div>
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}
