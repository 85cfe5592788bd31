// The script of a thread. scripts/ship.js bundles it as text and as a file, after a line that declares `port`.

import { Hasher } from "./hasher.js";
import type { Question, Reply } from "./messages.js";

declare const port: {
  postMessage(reply: Reply): void;
  addEventListener?(type: "message", listener: (event: { data: Question }) => void): void;
  on?(type: "message", listener: (question: Question) => void): void;
};

const hasher = new Hasher();
const answer = async (question: Question) => port.postMessage(await hasher.answer(question));

if (port.on) {
  port.on("message", answer); // of Node
} else {
  port.addEventListener?.("message", ({ data }) => answer(data));
}
