import { Download } from "lucide-react";
import { useState } from "react";
import { type TypedDocumentNode, useClient } from "urql";
import { Button } from "./button.tsx";
import { notify } from "./notices.tsx";
import { count } from "./words.ts";

/** More than this is a job for a destination or the API. */
const maxRows = 10_000;

interface ExportProps<Data, Variables> {
  document: TypedDocumentNode<Data, Variables>;
  variables: Omit<Variables, "after" | "first">;
  /** Of the file: `activities` makes `activities.jsonl`. */
  name: string;
  pick(data: Data): { nodes: readonly unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

/** All that match the filters, as a file with one JSON object a line. States it when there is more than the file holds. */
export function Export<Data, Variables extends object>({
  document: query,
  variables,
  name,
  pick,
}: ExportProps<Data, Variables>) {
  const client = useClient();
  const [read, setRead] = useState<number | null>(null);

  async function run() {
    const lines: string[] = [];
    let after: string | null = null;
    do {
      setRead(lines.length);
      const asked = { ...variables, first: 200, after } as unknown as Variables;
      const { data, error } = await client.query(query, asked, { requestPolicy: "network-only" }).toPromise();
      if (!data) {
        notify(
          "error",
          `The export ended after ${count(lines.length)} rows: ${error?.graphQLErrors[0]?.message ?? "the gateway did not answer."}`,
        );
        break;
      }
      const { nodes, pageInfo } = pick(data);
      lines.push(
        ...nodes.map((node) => JSON.stringify(node, (key, value) => (key === "__typename" ? undefined : value))),
      );
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after && lines.length < maxRows);
    setRead(null);
    save(`${name}.jsonl`, `${lines.join("\n")}\n`);
    notify(
      "done",
      after
        ? `The newest ${count(lines.length)} rows were saved; there are more.`
        : `${count(lines.length)} rows were saved.`,
    );
  }

  return (
    <Button isBusy={read !== null} onClick={run}>
      <Download size={14} aria-hidden="true" /> {read === null ? "Export" : count(read)}
    </Button>
  );
}

function save(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
