import { type ReactNode, useEffect } from "react";
import { type PageQuery, QueryMenu } from "./query-menu.tsx";

interface PageProps {
  title: string;
  /** In one line below the title. */
  subtitle?: ReactNode;
  actions?: ReactNode;
  /** The operation behind the page, to open in GraphiQL. */
  query?: PageQuery;
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
          {query && <QueryMenu query={query} />}
        </div>
      </header>
      {children}
    </div>
  );
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
