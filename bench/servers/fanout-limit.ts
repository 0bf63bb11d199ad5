// The limit of fan-out: `ws` sends one buffer, serialised before, to every socket. Tells nothing apart and knows nobody's rights.
// Told what to send over HTTP, or (with DATABASE_URL) by NOTIFY.
import { createServer } from "node:http";
import postgres from "postgres";
import { type WebSocket, WebSocketServer } from "ws";

let message = Buffer.alloc(0);
let turn = 0;
const clients: WebSocket[] = [];

/** `groups` > 1: each event goes to the subscribers of one group. */
function broadcast(bytes: Buffer, groups: number): void {
  turn += 1;
  for (let index = turn % groups; index < clients.length; index += groups)
    clients[index]?.send(bytes, { binary: false });
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    if (request.url === "/message") message = body;
    else {
      const { events, groups } = JSON.parse(String(body));
      let left = events as number;
      const next = () => {
        broadcast(message, groups);
        left -= 1;
        if (left > 0) setImmediate(next);
      };
      next();
    }
    response.end();
  });
});
const sockets = new WebSocketServer({
  server,
  perMessageDeflate: false,
  clientTracking: false,
  handleProtocols: () => "graphql-transport-ws",
});
sockets.on("connection", (socket) => {
  socket.on("message", (data) => {
    if (String(data).includes("connection_init")) socket.send('{"type":"connection_ack"}');
    else clients.push(socket);
  });
  socket.on("close", () => {
    const index = clients.indexOf(socket);
    if (index >= 0) clients.splice(index, 1);
  });
});
if (process.env.DATABASE_URL) {
  const sql = postgres(process.env.DATABASE_URL, { max: 1 });
  await sql.listen("bench", (payload) => broadcast(Buffer.from(payload), 1));
}
server.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("listening"));
