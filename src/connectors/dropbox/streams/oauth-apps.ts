import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { instantOf, listOf, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { byCursor, call } from "../api.ts";

export const linkedAppsRoute = "team/linked_apps/list_members_linked_apps";
export const byLinkedApps = byCursor("apps", { continueAt: linkedAppsRoute });

/**
 * Apps that members linked to their accounts, member by member: an app comes once for each of them. Dropbox names no scopes; an app without
 * a folder of its own was given all files.
 * Source: https://www.dropbox.com/developers/documentation/http/teams#team-linked_apps-list_members_linked_apps
 */
export const oauthApps: StreamFunction<"OAUTH_APPS"> = (context, cursor) =>
  stages<OAuthAppItem>(context, cursor, [
    { name: "linked apps", first: call(linkedAppsRoute, {}), page: byLinkedApps, items: linkedApps },
  ]);

function linkedApps(record: unknown, path: string): OAuthAppItem[] {
  const member = needObject(record, path);
  const userId = needText(member.team_member_id, `${path}.team_member_id`);
  return listOf(member.linked_api_apps).flatMap((one, index): OAuthAppItem[] => {
    const place = `${path}.linked_api_apps[${index}]`;
    const app = needObject(one, place);
    const externalId = needText(app.app_id, `${place}.app_id`);
    const { linked, ...raw } = app;
    const appFolder = app.is_app_folder === true;
    return [
      {
        kind: "app",
        externalId,
        name: textOf(app.app_name) ?? externalId,
        publisher: textOf(app.publisher),
        scopes: [appFolder ? "app_folder" : "full_dropbox"],
        permissionLevel: appFolder ? "LOW" : "HIGH",
        raw,
      },
      { kind: "grant", appId: externalId, userId, grantedAt: instantOf(linked) },
    ];
  });
}
