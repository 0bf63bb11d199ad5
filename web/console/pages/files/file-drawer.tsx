import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { FileDocument, type FileQuery, InspectFilesDocument } from "../../__generated__/files.ts";
import { ActDialog } from "../../act/act-dialog.tsx";
import { found } from "../../data/found.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { Badge, State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Drawer } from "../../shared/dialog.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Facts } from "../../shared/facts.tsx";
import { notify } from "../../shared/notices.tsx";
import { Section } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { count, counted, words } from "../../shared/words.ts";
import { unsharingFirst } from "./file-bulk.tsx";
import { bytes } from "./size.ts";

type ShownFile = Exclude<NonNullable<FileQuery["node"]>, Record<PropertyKey, never>>;

export function FileDrawer({ id, onClose }: { id: string; onClose(): void }) {
  const [{ data, error }, read] = useQuery({ query: FileDocument, variables: { id } });
  const [isActing, setActing] = useState(false);
  const inspect = useAction(InspectFilesDocument);
  const mayAct = useMay("ADMIN");
  const file = found(data?.node, id);
  const actions = unsharingFirst(file?.instance.connector.actions.filter(({ target }) => target === "FILE") ?? []);
  return (
    <Drawer
      title={file?.name ?? "File"}
      onClose={onClose}
      head={
        file && (
          <div className="drawer-actions">
            {file.sharing && <State value={file.sharing} />}
            {file.quarantined && <Badge tone="warn">Quarantined</Badge>}
            {file.trashed && <Badge>In the trash</Badge>}
            <InstanceLabel instance={file.instance} />
          </div>
        )
      }
    >
      {error && !data ? (
        <Problem error={error} retry={read} />
      ) : !data ? (
        <Loading />
      ) : file ? (
        <>
          {mayAct && (
            <div className="drawer-actions">
              {actions.length > 0 && (
                <Button look="primary" onClick={() => setActing(true)}>
                  Unshare or act…
                </Button>
              )}
              {!file.isFolder && (
                <Button
                  isBusy={inspect.isRunning}
                  onClick={async () => {
                    if ((await inspect.run({ ids: [id] })).ok) notify("done", "The content is being inspected.");
                  }}
                >
                  Inspect the content
                </Button>
              )}
            </div>
          )}
          {isActing && (
            <ActDialog
              title={`Act on ${file.name}`}
              actions={actions}
              targets={[{ instanceId: file.instance.id, fileId: id }]}
              onClose={() => setActing(false)}
              onDone={read}
            />
          )}
          <Section title="File">
            <Facts
              facts={[
                ["Path", file.path],
                [
                  "Owner",
                  file.owner ? (
                    <Link key="owner" to="/people" search={{ open: file.owner.id }}>
                      {file.owner.displayName ?? file.owner.email}
                    </Link>
                  ) : (
                    file.ownerName
                  ),
                ],
                ["Last editor", file.lastEditor?.displayName ?? file.lastEditor?.email],
                ["Type", file.mimeType],
                ["Size", bytes(file.size)],
                ["Created", file.createdAt && <Time key="created" at={file.createdAt} as="short" />],
                ["Changed", file.modifiedAt && <Time key="modified" at={file.modifiedAt} as="short" />],
                ["Labels", file.labels.join(", ")],
                ["Policies", file.policies.map(({ name }) => name).join(", ")],
              ]}
            />
          </Section>
          {file.link && (
            <Section title="Link">
              <Facts
                facts={[
                  ["Opens to", words(file.link.audience)],
                  ["Address", file.link.url],
                  ["Ends", file.link.expiresAt ? <Time key="ends" at={file.link.expiresAt} as="short" /> : "never"],
                  [
                    "Password",
                    file.link.passwordProtected === null ? null : file.link.passwordProtected ? "yes" : "no",
                  ],
                ]}
              />
            </Section>
          )}
          <Collaborators file={file} />
          <Inspection file={file} />
        </>
      ) : (
        <Empty title="There is no such file" />
      )}
    </Drawer>
  );
}

/** By domain, those from outside first. */
function Collaborators({ file }: { file: ShownFile }) {
  const { nodes, totalCount } = file.collaborators;
  const domains = Object.entries(
    Object.groupBy(nodes, ({ domain, principal }) =>
      principal === "ANYONE" ? "Anyone" : (domain ?? "Without a domain"),
    ),
  );
  const isOutside = (list: typeof nodes | undefined) => list?.some(({ external }) => external) ?? false;
  return (
    <Section title="Who can open it" hint={counted(totalCount ?? nodes.length, "entry", "entries")}>
      {domains
        .sort(([, one], [, two]) => Number(isOutside(two)) - Number(isOutside(one)))
        .map(([domain, list = []]) => (
          <div key={domain} className="collaborators">
            <h3>
              {domain} {isOutside(list) && <Badge tone="warn">outside</Badge>}
            </h3>
            <ul className="rows">
              {list.map((each, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: entries have no id of their own.
                <li key={index} className="row">
                  <span className="row-main">
                    {each.user?.displayName ?? each.group?.name ?? each.email ?? words(each.principal)}
                  </span>
                  <span className="row-end">
                    {words(each.role)}
                    {each.inherited && " · inherited"}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        ))}
      {nodes.length === 0 && <p className="muted">Nobody but the owner.</p>}
    </Section>
  );
}

function Inspection({ file }: { file: ShownFile }) {
  const { status, reason, inspectedAt, stale, matches } = file.inspection;
  if (file.isFolder) return null;
  return (
    <Section title="Content" hint={words(status)}>
      {reason && <p className="muted">{reason}</p>}
      {inspectedAt && (
        <p className="muted">
          Inspected <Time at={inspectedAt} />
          {stale && "; the file has changed since"}.
        </p>
      )}
      <ul className="rows">
        {matches.map((match) => (
          <li key={match.detector.slug} className="row">
            <div className="row-main">
              <span className="row-title">
                {match.detector.name} · {count(match.count)}
              </span>
              {match.samples.map((sample) => (
                <code key={sample}>{sample}</code>
              ))}
            </div>
            <span className="row-end">{words(match.confidence)} confidence</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
