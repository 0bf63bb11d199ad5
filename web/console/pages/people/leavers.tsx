import { LeaversDocument, type LeaversQuery } from "../../__generated__/people.ts";
import { useConnection } from "../../data/use-connection.ts";
import { Badge } from "../../shared/badge.tsx";
import { type Column, DataTable } from "../../shared/data-table.tsx";
import { Empty } from "../../shared/empty.tsx";
import { FilterBar } from "../../shared/filter.tsx";
import { totalText } from "../../shared/options.ts";
import { SearchBox } from "../../shared/search-box.tsx";
import { Time } from "../../shared/time.tsx";
import { counted } from "../../shared/words.ts";

type Leaver = LeaversQuery["identities"]["nodes"][number];

const activeOf = ({ users }: Leaver) => users.filter(({ status }) => status === "ACTIVE");

const columns: Column<Leaver>[] = [
  {
    id: "email",
    header: "Person",
    width: "minmax(0, 1.4fr)",
    cell: ({ email }) => <span className="cell-main">{email}</span>,
  },
  { id: "since", header: "Left", width: "130px", cell: ({ terminatedAt }) => <Time at={terminatedAt} as="short" /> },
  {
    id: "source",
    header: "Reported by",
    width: "minmax(0, 1fr)",
    isWide: true,
    cell: ({ terminatedSource }) => terminatedSource?.name ?? "–",
  },
  {
    id: "active",
    header: "Still active",
    width: "130px",
    cell: (leaver) =>
      activeOf(leaver).length > 0 ? (
        <Badge tone="bad">{counted(activeOf(leaver).length, "account")}</Badge>
      ) : (
        <Badge tone="good">none</Badge>
      ),
  },
  {
    id: "where",
    header: "In",
    width: "minmax(0, 1.6fr)",
    isWide: true,
    cell: (leaver) =>
      activeOf(leaver)
        .map(({ instance }) => instance.name)
        .join(", "),
  },
];

interface LeaversProps {
  search: string | undefined;
  onSearch(text: string): void;
  onOpen(userId: string): void;
}

/** People that a directory reports as having left, and what they can still open. */
export function Leavers({ search, onSearch, onOpen }: LeaversProps) {
  const pages = useConnection(
    LeaversDocument,
    { terminated: true, search: search ?? null, first: 60 },
    ({ identities }) => identities,
  );
  return (
    <>
      <FilterBar total={pages.isLoading ? null : totalText(pages.total, "person").replace("persons", "people")}>
        <SearchBox label="Search people" value={search ?? ""} onChange={onSearch} />
      </FilterBar>
      <DataTable
        label="People who left"
        columns={columns}
        pages={pages}
        onOpen={(leaver) => {
          const [first] = [...activeOf(leaver), ...leaver.users];
          if (first) onOpen(first.id);
        }}
        empty={
          <Empty title="Nobody is reported as having left">A directory, such as Okta or Workday, reports it.</Empty>
        }
      />
    </>
  );
}
