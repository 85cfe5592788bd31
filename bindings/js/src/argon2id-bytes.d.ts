// Argon2id in WebAssembly as text, which scripts/ship.js writes: as base64.

declare const text: string;
export default text;
