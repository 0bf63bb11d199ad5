import { lazy, Suspense } from "react";

/** The renderer is larger than most pages: it comes when there is something to render. */
const MarkdownToJsx = lazy(() => import("markdown-to-jsx/react"));

/** Text of ours with Markdown in it, such as the prerequisites of a connector. HTML in it is shown as text. */
export function Markdown({ children }: { children: string }) {
  return (
    <Suspense fallback={<p className="markdown">{children}</p>}>
      <MarkdownToJsx
        className="markdown"
        options={{
          disableParsingRawHTML: true,
          forceBlock: true,
          overrides: { a: { props: { target: "_blank", rel: "noreferrer" } } },
        }}
      >
        {children}
      </MarkdownToJsx>
    </Suspense>
  );
}
