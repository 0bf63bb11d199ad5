import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { accountsOf } from "../api.ts";
import { rootRow, withReports } from "../credential-report.ts";
import { detailListing, toRole, toRoot, toUser } from "../iam-details.ts";

/** Of each account: the root user, IAM users, and roles, which act as accounts do. */
export const users: StreamFunction<"USERS"> = (context, cursor) =>
  withReports<UserRecord>(context, cursor, (reports, from) =>
    stages<UserRecord>(
      context,
      from,
      accountsOf(context).flatMap((account) => {
        const rows = new Map((reports.get(account.id) ?? []).map((row) => [row.user ?? "", row]));
        return [
          {
            ...detailListing(context, account, "User"),
            before: [toRoot(account.id, rows.get(rootRow))],
            items: (record: unknown, path: string) => toUser(record, path, account.id, rows),
          },
          {
            ...detailListing(context, account, "Role"),
            items: (record: unknown, path: string) => toRole(record, path, account.id),
          },
        ];
      }),
    ),
  );
