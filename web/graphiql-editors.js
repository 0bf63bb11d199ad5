// What GraphiQL's editors lack for our API: JSON variables that are objects, and answers whose addresses can be opened.

/** More links than this in one answer are left as text: each is an element of its own. */
const maxLinks = 200;
const address = /"(https?:\/\/[^"\\\s]+)"/g;

/** Calls `use` with the CodeMirror editor inside `selector` once GraphiQL has made it. */
function whenMade(selector, use) {
  const find = () => document.querySelector(`${selector} .CodeMirror`)?.CodeMirror;
  const made = find();
  if (made) return use(made);
  const observer = new MutationObserver(() => {
    const editor = find();
    if (!editor) return;
    observer.disconnect();
    use(editor);
  });
  observer.observe(document.getElementById("graphiql"), { childList: true, subtree: true });
}

/** The editor takes custom scalars for texts and numbers. JSON is any value, so nothing can be wrong with its type. */
function acceptAnyJson(editor) {
  const { constructor: CodeMirror } = editor;
  const lint = CodeMirror.lint["graphql-variables"];
  const isAboutJson = ({ message }) => /^Expected value of type "JSON!?"\.$/.test(message);
  CodeMirror.registerHelper("lint", "graphql-variables", (...args) =>
    lint(...args).filter((found) => !isAboutJson(found)),
  );
  editor.performLint();
}

function linkAddresses(editor) {
  let links = [];
  const mark = () => {
    for (const link of links) link.clear();
    links = [];
    editor.eachLine((line) => {
      if (links.length >= maxLinks) return;
      for (const { index, 1: href } of line.text.matchAll(address)) {
        const from = { line: line.lineNo(), ch: index + 1 };
        const link = Object.assign(document.createElement("a"), {
          ...{ className: "gatehouse-link", href, textContent: href, target: "_blank", rel: "noopener noreferrer" },
        });
        links.push(editor.markText(from, { line: from.line, ch: from.ch + href.length }, { replacedWith: link }));
      }
    });
  };
  editor.on("change", mark);
  mark();
}

whenMade(".graphiql-editor-tool .graphiql-editor", acceptAnyJson);
whenMade(".graphiql-response", linkAddresses);
