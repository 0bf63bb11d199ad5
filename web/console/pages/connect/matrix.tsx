import { Link } from "@tanstack/react-router";
import type { CapabilityKind, CapabilitySupport, CatalogueQuery } from "../../__generated__/connect.ts";
import { AppMark } from "../../shared/app-mark.tsx";
import { words } from "../../shared/words.ts";

/** From what is read to what can be changed. */
export const capabilityOrder: readonly CapabilityKind[] = [
  ...([
    "LIST_ACCOUNTS",
    "LIST_GROUPS",
    "LIST_PRIVILEGES",
    "LOG_ON_ACTIVITY",
    "USER_ACTIVITY",
    "ADMIN_ACTIVITY",
  ] as const),
  ...(["VIEW_APP_PERMISSIONS", "SECURITY_POSTURE", "DLP_BACKLOG_SCAN", "DLP_NEAR_REAL_TIME_SCAN"] as const),
  ...([
    "USER_GOVERNANCE",
    "REVOKE_APP_PERMISSIONS",
    "FILE_GOVERNANCE",
    "SHARING_CONTROL",
    "SENSITIVITY_LABELS",
  ] as const),
];

const marks: Record<CapabilitySupport, string> = {
  SUPPORTED: "●",
  PARTIAL: "◐",
  PREVIEW: "◌",
  NOT_SUPPORTED: "–",
  NOT_SUPPORTED_BY_PROVIDER: "–",
  NOT_APPLICABLE: "",
};

export function SupportMark({ support, note }: { support: CapabilitySupport; note?: string | null }) {
  return (
    <span
      className={`support support-${support.toLowerCase()}`}
      title={[words(support), note].filter(Boolean).join(": ")}
    >
      {marks[support]}
    </span>
  );
}

/** All apps by all capabilities. */
export function Matrix({ apps }: { apps: CatalogueQuery["connectors"] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by the keyboard.
    <section className="card table-scroll matrix" tabIndex={0} aria-label="Capabilities by app">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">App</th>
            {capabilityOrder.map((kind) => (
              <th key={kind} scope="col" className="matrix-head">
                <span>{words(kind)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {apps.map((app) => (
            <tr key={app.id}>
              <th scope="row">
                <Link to="/connect/$slug" params={{ slug: app.slug }} className="instance-label">
                  <AppMark slug={app.slug} name={app.name} /> {app.name}
                </Link>
              </th>
              {capabilityOrder.map((kind) => {
                const capability = app.capabilities.find((each) => each.kind === kind);
                return (
                  <td key={kind} className="matrix-cell">
                    {capability && (
                      <>
                        <SupportMark support={capability.support} note={capability.note} />
                        <span className="visually-hidden">{words(capability.support)}</span>
                      </>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
