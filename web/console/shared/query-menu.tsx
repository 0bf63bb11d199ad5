import * as DropdownMenu from "@radix-ui/react-dropdown-menu";
import { Braces } from "lucide-react";
import { stringifyDocument } from "urql";
import { notify } from "./notices.tsx";

export interface PageQuery {
  /** A document of the console. */
  document: object;
  variables?: object;
}

/** The operation behind a page: in GraphiQL, or to take along. */
export function QueryMenu({ query }: { query: PageQuery }) {
  const text = stringifyDocument(query.document as never);
  const variables = query.variables ?? {};
  const copy = (what: string, value: string) =>
    navigator.clipboard.writeText(value).then(() => notify("done", `${what} is in the clipboard.`));
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button button-plain" title="The query behind this page">
        <Braces size={14} aria-hidden="true" /> Query
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={5}>
          <DropdownMenu.Item className="menu-item" asChild>
            <a href={graphiqlAddress(text, variables)}>Open as a query</a>
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => copy("The query", text)}>
            Copy as GraphQL
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => copy("The command", curl(text, variables))}>
            Copy as curl
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** In the fragment of the address, which is not sent to the server and stays out of its logs. */
function graphiqlAddress(query: string, variables: object): string {
  return `/graphiql#${new URLSearchParams({ query, variables: JSON.stringify(variables, null, 2) })}`;
}

/** For a shell, with the token left to fill in. */
function curl(query: string, variables: object): string {
  const body = JSON.stringify({ query, variables }).replaceAll("'", "'\\''");
  return `curl -s ${location.origin}/graphql -H 'Content-Type: application/json' -H "Authorization: Bearer $GATEHOUSE_TOKEN" -d '${body}'`;
}
