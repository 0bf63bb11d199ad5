import { useState } from "react";
import { useClient } from "urql";
import type { ActorActionFragment } from "../../__generated__/act.ts";
import { FileActionsDocument } from "../../__generated__/files.ts";
import { ActDialog, type Target } from "../../act/act-dialog.tsx";
import { Button } from "../../shared/button.tsx";
import { notify } from "../../shared/notices.tsx";
import { count, counted } from "../../shared/words.ts";

interface Choice {
  targets: Target[];
  actions: ActorActionFragment[];
}

/** One action on all selected files, of those that every app concerned knows. */
export function FileBulk({ ids, onDone }: { ids: string[]; onDone(): void }) {
  const client = useClient();
  const [choice, setChoice] = useState<Choice | null>(null);

  async function prepare() {
    const { data } = await client.query(FileActionsDocument, { ids: ids.slice(0, 200) }).toPromise();
    const files = (data?.nodes ?? []).flatMap((node) => (node && "instance" in node ? [node] : []));
    const lists = files.map(({ instance }) => instance.connector.actions.filter(({ target }) => target === "FILE"));
    const [first = [], ...others] = lists;
    const actions = first.filter(({ kind }) => others.every((list) => list.some((each) => each.kind === kind)));
    if (actions.length === 0) return notify("error", "The apps of these files have no action in common.");
    setChoice({
      targets: files.map(({ id, instance }) => ({ instanceId: instance.id, fileId: id })),
      actions: unsharingFirst(actions),
    });
  }

  return (
    <div className="bulk" role="toolbar" aria-label="Act on the selected files">
      <span>
        {count(ids.length)} selected{ids.length > 200 && " · 200 at once"}
      </span>
      <Button look="primary" onClick={prepare}>
        Unshare or act…
      </Button>
      {choice && (
        <ActDialog
          title={`Act on ${counted(choice.targets.length, "file")}`}
          {...choice}
          onClose={() => setChoice(null)}
          onDone={onDone}
        />
      )}
    </div>
  );
}

/** What is wanted most often stands first. */
export function unsharingFirst(actions: readonly ActorActionFragment[]): ActorActionFragment[] {
  const rank = ({ kind }: ActorActionFragment) =>
    ["REMOVE_PUBLIC_SHARING", "REMOVE_EXTERNAL_USERS", "MAKE_PRIVATE"].indexOf(kind);
  return [...actions].sort((one, two) => ((rank(one) + 100) % 100) - ((rank(two) + 100) % 100));
}
