// The parts of bundlers and edge platforms that this package uses.

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "cloudflare:workers" {
  /** Keeps the current request alive; missing before August 2025. */
  export const waitUntil: ((work: Promise<unknown>) => void) | undefined;
}
