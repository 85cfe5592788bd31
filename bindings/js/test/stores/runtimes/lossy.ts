// A proxy to a server that loses connections at the worst moment.

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** When a connection is lost: before the server gets a text, or after it answered it. */
export interface Loss {
  text: string;
  when: "before" | "after";
  /** How often; once if not given. */
  times?: number;
}

export class LossyWay {
  readonly port: number;
  /** The next loss; there is none while it is undefined. */
  loss: Loss | undefined;
  /** Whether the server gets ROLLBACK in place of the next COMMIT. */
  undoes = false;
  readonly #server: Server;

  private constructor(port: number, server: Server) {
    this.port = port;
    this.#server = server;
  }

  static async start(target: number): Promise<LossyWay> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const way = new LossyWay((server.address() as { port: number }).port, server);
    server.on("connection", (client) => way.#pass(client, connect(target, "127.0.0.1")));
    return way;
  }

  stop(): void {
    this.#server.close();
  }

  #pass(client: Socket, server: Socket): void {
    let losing = false;
    const lose = () => {
      client.destroy();
      server.destroy();
    };
    client.on("data", (chunk) => {
      if (this.loss !== undefined && chunk.includes(this.loss.text)) {
        const { times = 1, ...loss } = this.loss;
        losing = true;
        if (loss.when === "before") {
          lose();
        }
        this.loss = times > 1 ? { ...loss, times: times - 1 } : undefined;
      }
      if (this.undoes && chunk.equals(simple("COMMIT"))) {
        this.undoes = false;
        server.write(simple("ROLLBACK"));
        return;
      }
      server.write(chunk);
    });
    server.on("data", (chunk) => {
      if (losing) {
        lose();
      } else {
        client.write(chunk);
      }
    });
    for (const socket of [client, server]) {
      socket.on("error", lose);
      socket.on("close", lose);
    }
  }
}

/** The message of a query without parameters. */
function simple(sql: string): Buffer {
  const text = Buffer.from(`Q....${sql}\0`);
  text.writeUInt32BE(text.length - 1, 1);
  return text;
}
