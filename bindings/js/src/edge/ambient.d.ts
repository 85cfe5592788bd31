// What bundlers and edge platforms provide, as far as it is used here.

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "cloudflare:workers" {
  /** Keeps the request that is going on alive; missing before August 2025. */
  export const waitUntil: ((work: Promise<unknown>) => void) | undefined;
}
