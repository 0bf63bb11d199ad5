// Runs after `npm ci`: with an older Node npm warns of EBADENGINE, block after block. Says once that nothing is wrong.
// npm names the Node it runs on; `node` itself is the one of our packages by now.
const [, major] = /\bnode\/v(\d+)/.exec(process.env.npm_config_user_agent ?? "") ?? [];

if (Number(major) < 24)
  console.log(
    `Gatehouse runs on the Node ${process.versions.node.split(".")[0]} that came with its packages. Warnings of EBADENGINE are about the Node ${major} that npm runs on: ignore them.`,
  );
