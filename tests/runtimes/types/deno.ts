// The store takes what Deno's types say that Deno KV is.

import { denoKvStore } from "@enrol-sso/enrol/stores/deno-kv";

export const store = denoKvStore(await Deno.openKv());
