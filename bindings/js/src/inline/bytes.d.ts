// The module as text, which scripts/ship.js writes: compressed by gzip, as base64.

declare const text: string;
export default text;
