// A module made by hand, whose operations do what the real module must not do:
// get waits, signup and purge trap, confirm grows the memory by 64 MiB, and the others
// answer. Its bytes follow the binary format of WebAssembly 1.0.

const I32 = 0x7f;
const I64 = 0x7e;

const encoder = new TextEncoder();
const ANSWER =
  '{"cid":"toy","status":"ok","user":{"username":"toy"},"delivered":0,"failed":0,"dead":0,"expired":0,"dropped":0,"more":false,"next_due":null,"destinations":[],"failures":[]}';
const CONFIGURED = '{"status":"ok","notices":[],"services":[],"unicode":"15.0.0"}';
const REQUEST = '{"keys":["a"]}';
const AT = { answer: 1024, configured: 2048, request: 3072, input: 8192 };

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: bigint): number[] {
  const byte = Number(value & 0x7fn);
  const rest = value >> 7n;
  const done = (rest === 0n && (byte & 0x40) === 0) || (rest === -1n && (byte & 0x40) !== 0);
  return done ? [byte] : [byte | 0x80, ...signed(rest)];
}

const vector = (items: number[][]) => [...unsigned(items.length), ...items.flat()];
const bytes = (data: Iterable<number>) => vector([...data].map((byte) => [byte]));
const name = (text: string) => bytes(encoder.encode(text));
const section = (id: number, items: number[][]) => [id, ...bytes(vector(items))];
const type = (params: number[], results: number[]) => [0x60, ...bytes(params), ...bytes(results)];
const i32 = (value: number) => [0x41, ...signed(BigInt(value))];
const i64 = (value: bigint) => [0x42, ...signed(value)];
const packed = (at: number, text: string) => i64((BigInt(at) << 32n) | BigInt(text.length));
const data = (at: number, text: string) => [0, ...i32(at), 0x0b, ...name(text)];

const KV_GET = 0; // the one import
const wait = [...i32(1), ...i32(AT.request), ...i32(REQUEST.length), 0x10, KV_GET, 0x1a, ...i64(1n)];
const answer = packed(AT.answer, ANSWER);

/** The exports that are functions, with their types and code. */
const functions: [name: string, type: number, code: number[]][] = [
  ["_initialize", 0, []],
  ["abi_version", 1, i32(2 << 16)],
  ["buffer", 2, i32(AT.input)],
  ["configure", 3, packed(AT.configured, CONFIGURED)],
  ["open", 3, answer],
  ["validate", 3, answer],
  ["dispatch", 3, answer],
  ["get", 3, wait],
  ["signup", 3, [0x00]],
  ["purge", 3, [0x00]],
  ["confirm", 3, [...i32(1024), 0x40, 0, 0x1a, ...answer]],
  ["resume", 4, answer],
  ["cancel", 2, i32(1)],
];

export const toy = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...section(1, [
    type([], []),
    type([], [I32]),
    type([I32], [I32]),
    type([I32, I32], [I64]),
    type([I32, I32, I32], [I64]),
    type([I32, I32, I32], [I32]),
  ]),
  ...section(2, [[...name("signup_host"), ...name("kv_get"), 0, 5]]),
  ...section(
    3,
    functions.map(([, type]) => [type]),
  ),
  ...section(5, [[0, 2]]),
  ...section(7, [
    [...name("memory"), 2, 0],
    ...functions.map(([export_], i) => [...name(export_), 0, ...unsigned(i + 1)]),
  ]),
  ...section(
    10,
    functions.map(([, , code]) => bytes([0, ...code, 0x0b])),
  ),
  ...section(11, [data(AT.answer, ANSWER), data(AT.configured, CONFIGURED), data(AT.request, REQUEST)]),
]);
