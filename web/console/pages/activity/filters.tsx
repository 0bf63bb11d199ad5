import { Filter, FilterBar, TextFilter } from "../../shared/filter.tsx";
import { optionsOf, useInstanceOptions } from "../../shared/options.ts";
import { SearchBox } from "../../shared/search-box.tsx";
import { Time } from "../../shared/time.tsx";
import { columns, defaultColumns } from "./columns.tsx";
import { type ActivitySearch, actions, categories, ipCategories, outcomes, type Range, ranges } from "./search.ts";

interface ActivityFiltersProps {
  search: ActivitySearch;
  set(change: Partial<ActivitySearch>): void;
}

const rangeLabels: Record<Range, string> = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
};

export function ActivityFilters({ search, set }: ActivityFiltersProps) {
  const instances = useInstanceOptions();
  const one = (value: string | undefined) => (value ? [value] : undefined);
  return (
    <FilterBar>
      <SearchBox
        label="Search activities"
        value={search.search ?? ""}
        onChange={(text) => set({ search: text || undefined })}
      />
      <select
        className="chip"
        aria-label="Period"
        value={search.from ? "" : (search.range ?? "24h")}
        onChange={({ target }) => set({ range: target.value as Range, from: undefined, to: undefined })}
      >
        {search.from && <option value="">Chosen period</option>}
        {(Object.keys(ranges) as Range[]).map((range) => (
          <option key={range} value={range}>
            {rangeLabels[range]}
          </option>
        ))}
      </select>
      {search.from && (
        <span className="muted">
          <Time at={search.from} as="short" /> – {search.to ? <Time at={search.to} as="short" /> : "now"}
        </span>
      )}
      <Filter
        label="Instance"
        options={instances}
        values={search.instance}
        onChange={(instance) => set({ instance })}
      />
      <Filter
        label="Category"
        options={optionsOf(categories)}
        values={search.category}
        onChange={(category) => set({ category: category as ActivitySearch["category"] })}
      />
      <Filter
        label="Action"
        options={optionsOf(actions)}
        values={search.action}
        onChange={(action) => set({ action: action as ActivitySearch["action"] })}
      />
      <Filter
        label="Outcome"
        options={optionsOf(outcomes)}
        values={search.outcome}
        onChange={(outcome) => set({ outcome: outcome as ActivitySearch["outcome"] })}
      />
      <Filter
        label="Network"
        options={optionsOf(ipCategories)}
        values={search.ipCategory}
        onChange={(ipCategory) => set({ ipCategory: ipCategory as ActivitySearch["ipCategory"] })}
      />
      <TextFilter label="Actor" value={search.actor} onChange={(actor) => set({ actor })} />
      <TextFilter
        label="IP address"
        value={search.ip?.join(", ")}
        onChange={(ip) => set({ ip: ip?.split(/[\s,]+/) })}
      />
      <TextFilter
        label="Country"
        value={search.country?.join(", ")}
        onChange={(country) => set({ country: country?.toUpperCase().split(/[\s,]+/) })}
      />
      <TextFilter
        label="Event"
        value={search.type?.join(", ")}
        onChange={(type) => set({ type: type?.split(/[\s,]+/) })}
      />
      {search.user && <TextFilter label="Account" value="one account" onChange={(user) => set({ user: one(user) })} />}
      {search.policy && (
        <TextFilter label="Policy" value="one policy" onChange={(policy) => set({ policy: one(policy) })} />
      )}
      <Filter
        label="Columns"
        options={columns.map(({ id, header }) => ({ value: id, label: header }))}
        values={search.column ?? defaultColumns}
        onChange={(column) => set({ column })}
      />
    </FilterBar>
  );
}
