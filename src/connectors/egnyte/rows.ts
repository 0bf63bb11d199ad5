import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { needObject } from "#src/connector-kit/record.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { logOf, toActivity } from "./map.ts";

/**
 * Maps events that were read together. Those that are equal in all that identifies them get numbers: two downloads of one file in one second.
 * A later reading that cuts its pages elsewhere numbers them alike, as far as they stand together.
 */
export class Rows {
  readonly #seen = new Map<string, number>();

  /** `log`: of rows of a report, which do not state it. */
  map(value: unknown, path: string, log?: string): ActivityRecord {
    const row = needObject(value, path);
    const of = log ?? logOf(row);
    if (of === null)
      throw new ProviderResponseError(`Expected the name of a log at ${path}.auditSource.`, `${path}.auditSource`);
    const activity = toActivity(row, path, of);
    const number = (this.#seen.get(activity.externalId) ?? 0) + 1;
    this.#seen.set(activity.externalId, number);
    return number === 1 ? activity : { ...activity, externalId: `${activity.externalId}-${number}` };
  }
}
