// Runs after `npm ci`: mends six faults of postgres.js 3.4.9 that a database restart brings out (porsager/postgres#1154, #1208),
// and switches Nagle's algorithm off, which it leaves on: small writes need not wait for an acknowledgement.
// Plain JavaScript, because the Node that npm runs on may be older than ours. Running it again changes nothing.
//
// 1. A write that was put off (setImmediate) meets a socket that is gone: an uncaught TypeError ends the process.
// 2. A connection that closes with such a write pending never sends anything again: its place in the pool is lost, LISTEN included.
// 3. A transaction whose connection broke goes on: its next statements run outside of any transaction as soon as the pool has
//    connected that place again. They must fail.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const mends = {
  "src/connection.js": [
    [
      "    const x = socket.write(chunk, fn)\n",
      "    if (!socket) {\n" +
        "      chunk = nextWriteTimer = null\n" +
        "      error(Errors.connection('CONNECTION_CLOSED', options, socket))\n" +
        "      return true\n" +
        "    }\n" +
        "    const x = socket.write(chunk, fn)\n",
    ],
    [
      "    clearImmediate(nextWriteTimer)\n    if (socket) {\n",
      "    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    if (socket) {\n",
    ],
    [
      "    clearImmediate(nextWriteTimer)\n    socket.removeListener('data', data)\n",
      "    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    socket.removeListener('data', data)\n",
    ],
    [
      "    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n",
      "    if (query || sent.length) {\n" +
        "      error(errorResponse || Errors.connection('CONNECTION_CLOSED', options, socket))\n" +
        "    }\n" +
        "    query = results = errorResponse = null\n" +
        "    result = new Result()\n" +
        "    rows = 0\n",
    ],
    [
      "    if (initial)\n      return reconnect()\n",
      "    if (initial) {\n      query = results = errorResponse = null\n      rows = 0\n      return reconnect()\n    }\n",
    ],
    [
      "      keep_alive && socket.setKeepAlive && socket.setKeepAlive(true, 1000 * keep_alive)\n",
      "      socket.setNoDelay && socket.setNoDelay(true)\n" +
        "      keep_alive && socket.setKeepAlive && socket.setKeepAlive(true, 1000 * keep_alive)\n",
    ],
    ["        return fetchArrayTypes()\n", "        return fetchArrayTypes().catch(() => {})\n"],
  ],
  "src/index.js": [
    ["      , connection\n      , prepare = null\n", "      , connection\n      , lost\n      , prepare = null\n"],
    [
      "        new Promise((_, reject) => connection.onclose = reject)\n",
      "        new Promise((_, reject) => connection.onclose = e => (lost = e, reject(e)))\n",
    ],
    [
      "        q.catch(e => uncaughtError || (uncaughtError = e))\n        c.queue === full\n",
      "        q.catch(e => uncaughtError || (uncaughtError = e))\n        if (lost)\n          return q.reject(lost)\n        c.queue === full\n",
    ],
  ],
};

const folder = new URL("../node_modules/postgres/", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
if (version !== "3.4.9") {
  console.error(
    `postgres is ${version}, and scripts/patch-postgres.js knows 3.4.9. See whether its faults are mended, then change or remove the script.`,
  );
  process.exit(1);
}
for (const [name, pairs] of Object.entries(mends)) {
  const file = fileURLToPath(new URL(name, folder));
  let source = readFileSync(file, "utf8");
  for (const [from, to] of pairs) {
    if (source.includes(to)) continue;
    if (source.split(from).length !== 2) {
      console.error(`${file} is not as scripts/patch-postgres.js expects it.`);
      process.exit(1);
    }
    source = source.replace(from, () => to);
  }
  writeFileSync(file, source);
}
