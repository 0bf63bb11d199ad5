import { Braces } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { stringifyDocument, type TypedDocumentNode } from "urql";

interface PageProps {
  title: string;
  /** In one line below the title. */
  subtitle?: ReactNode;
  actions?: ReactNode;
  /** The operation behind the page, to open in GraphiQL. */
  query?: { document: TypedDocumentNode<never, never> | object; variables?: object };
  children: ReactNode;
  /** The page scrolls inside its parts, such as a list, and not as a whole. */
  isFixed?: boolean;
}

export function Page({ title, subtitle, actions, query, children, isFixed = false }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Gatehouse`;
  }, [title]);
  return (
    <div className={isFixed ? "page page-fixed" : "page"}>
      <header className="page-head">
        <div className="page-heading">
          <h1>{title}</h1>
          {subtitle && <div className="page-subtitle">{subtitle}</div>}
        </div>
        <div className="page-actions">
          {actions}
          {query && (
            <a
              className="button button-plain"
              href={graphiqlAddress(query)}
              title="Open this page as a query in GraphiQL"
            >
              <Braces size={14} aria-hidden="true" /> <span>Open as a query</span>
            </a>
          )}
        </div>
      </header>
      {children}
    </div>
  );
}

/** In the fragment of the address, which is not sent to the server and stays out of its logs. */
export function graphiqlAddress({ document, variables = {} }: NonNullable<PageProps["query"]>): string {
  const query = stringifyDocument(document as never);
  return `/graphiql#${new URLSearchParams({ query, variables: JSON.stringify(variables, null, 2) })}`;
}

export function Section({
  title,
  actions,
  children,
  hint,
}: {
  title: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  hint?: ReactNode;
}) {
  return (
    <section className="section">
      <header className="section-head">
        <h2>{title}</h2>
        {hint && <span className="section-hint">{hint}</span>}
        {actions && <div className="section-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
