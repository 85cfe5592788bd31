// The part of the package argon2id that is used, which has no types of its own.

declare module "argon2id/lib/argon2id.js" {
  /** Derives in the memory of an instance, which it grows if that is too small. */
  export default function argon2id(
    parameters: {
      password: Uint8Array;
      salt: Uint8Array;
      parallelism: number;
      passes: number;
      memorySize: number;
      tagLength: number;
    },
    within: { instance: WebAssembly.Instance; memory: WebAssembly.Memory },
  ): Uint8Array;
}
