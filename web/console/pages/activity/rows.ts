import type { ActivityRowFragment, InstanceNameFragment } from "../../__generated__/activity.ts";

export interface Gap {
  from: string;
  to: string;
  reason: string;
  instance: InstanceNameFragment;
}

/** A row of the list: an activity, or a period in which nothing could be read. */
export type Row = { id: string; activity: ActivityRowFragment } | { id: string; gap: Gap };

/** Puts every gap between the activities after and before it, so that it is seen where data is missing. Newest first. */
export function withGaps(
  activities: readonly ActivityRowFragment[],
  gaps: readonly Gap[],
  instanceIds?: readonly string[],
): Row[] {
  const open = gaps
    .filter(({ instance }) => instanceIds?.includes(instance.id) ?? true)
    .sort((one, two) => (one.to < two.to ? 1 : -1));
  const rows: Row[] = [];
  let next = 0;
  for (const activity of activities) {
    for (let gap = open[next]; gap && activity.occurredAt < gap.to; gap = open[++next])
      rows.push({ id: `gap/${gap.instance.id}/${gap.from}`, gap });
    rows.push({ id: activity.id, activity });
  }
  return rows;
}
