// Lets a Node import over HTTP, as browsers do.

import { register } from "node:module";

register("./http-hooks.js", import.meta.url);
