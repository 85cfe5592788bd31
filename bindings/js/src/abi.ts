// The names and numbers of the module's interface, which wasm/ABI.md specifies.

/** The major version that this host speaks. */
export const ABI_MAJOR = 2;

/** The most bytes of an input and of an answer. */
export const MAX_INPUT = 4 << 20;

/** What an import returns when its answer comes later. */
export const LATER = -1;

/** The imports by which the module asks for effects. */
export const EFFECTS = ["now", "entropy", "kv_get", "kv_commit", "kv_scan", "audit", "callback", "kdf"] as const;
export type Effect = (typeof EFFECTS)[number];

/** The exports that start an operation. */
export const OPERATIONS = [
  "open",
  "signup",
  "validate",
  "confirm",
  "get",
  "dispatch",
  "resend",
  "verify",
  "approve",
  "reject",
  "pending",
  "purge",
  "rekey",
  "dead",
  "retry",
  "lock",
  "unlock",
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** The exports of the module. */
export interface Exports extends Record<Operation, (ptr: number, len: number) => bigint> {
  memory: WebAssembly.Memory;
  _initialize(): void;
  abi_version(): number;
  buffer(n: number): number;
  configure(ptr: number, len: number): bigint;
  derive(ptr: number, len: number): bigint;
  /** Absent from modules that are older than this package. */
  prepare?(): number;
  resume(op: number, ptr: number, len: number): bigint;
  cancel(op: number): number;
}

/** What an i64 of the module holds. */
export interface Packed {
  upper: number;
  lower: number;
}

export function unpack(result: bigint): Packed {
  return {
    upper: Number(BigInt.asUintN(32, result >> 32n)),
    lower: Number(BigInt.asUintN(32, result)),
  };
}
