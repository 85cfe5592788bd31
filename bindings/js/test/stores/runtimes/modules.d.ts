// What the tests use of modules that only some runtimes have.

/// <reference path="../../../src/stores/runtimes.d.ts" />

declare module "cloudflare:workers" {
  export class DurableObject<Env = unknown> {
    protected ctx: { storage: import("@enrol-sso/enrol/stores/durable-object").ObjectStorage };
    protected env: Env;
  }
}
