// The script of a thread as text, which scripts/ship.js writes. It expects its MessagePort in the variable `port`.

declare const text: string;
export default text;
