// Serves the public routes of the npm package for each world of cases.json. Prints a line of JSON for each: its port, or
// why it cannot be served; then a line for each message that is sent.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createEnrol, memoryStore, newSecretKey } from "../../bindings/js/dist/index.node.js";
import { handler, toNodeHandler } from "../../bindings/js/dist/http/index.js";

const { conf, worlds } = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf8"));
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

for (const [world, { changes = {}, origins, limits, proxied }] of worlds.entries()) {
  let text = conf;
  for (const [before, after] of Object.entries(changes)) {
    text = text.replace(before, after);
  }
  const outbox = ({ data }) => print({ world, to: data.to, token: data.token });
  const enrol = await createEnrol({
    conf: text,
    secretKey: newSecretKey(),
    store: memoryStore(),
    audit: () => {},
    services: { outbox },
  });
  try {
    const clientAddress = proxied ? { header: "x-forwarded-for" } : "connection";
    const server = createServer(toNodeHandler(handler(enrol, { origins, limits, clientAddress })));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    print({ world, port: server.address().port });
  } catch (error) {
    print({ world, refused: error.message });
  }
}
