import MarkdownToJsx from "markdown-to-jsx/react";

/** Text of ours with Markdown in it, such as the prerequisites of a connector. HTML in it is shown as text. */
export function Markdown({ children }: { children: string }) {
  return (
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
  );
}
