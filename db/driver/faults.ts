/**
 * Six faults of postgres.js 3.4.9 that a restart of the database brings out (porsager/postgres#1154, #1208), and Nagle's algorithm, which it
 * leaves on: small writes need not wait for an acknowledgement. Each is a passage of its source and what stands there instead.
 *
 * 1. A write that was put off (setImmediate) meets a socket that has closed: an uncaught TypeError ends the process.
 * 2. A connection that closes with such a write pending never sends anything again: its place in the pool is lost, LISTEN included.
 * 3. A transaction whose connection broke goes on: its next statements run outside of any transaction as soon as the pool has
 *    connected that place again. They must fail.
 * None of this can be mended from outside: the buffer, its timer and the socket are local to a closure of the driver.
 */
export const faultyVersion = "3.4.9";

type Passage = readonly [from: string, to: string];

export const faults: Readonly<Record<string, readonly Passage[]>> = {
  "connection.js": [
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
  "index.js": [
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
