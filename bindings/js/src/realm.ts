// What kind of object a value is. instanceof knows the classes of its own realm only, and a value
// may come from another: jsdom in Vitest, the contexts of Jest, frames.

/** Reports whether a value is an Error, of any realm and class; it throws where the value's own code does. */
export function isError(value: unknown): value is Error {
  const tag = tagOf(value);
  return tag === "Error" || tag === "DOMException" || value instanceof Error; // the last: with a tag of its own
}

/** The message of an error, or the text of anything else that was thrown. */
export function messageOf(error: unknown): string {
  return isError(error) ? error.message : String(error);
}

/** Reports whether a value is a Uint8Array, such as a Buffer. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && tagOf(value) === "Uint8Array";
}

/** Reports whether a value is a buffer, or a view of one. */
export function isBufferSource(value: unknown): value is BufferSource {
  return ArrayBuffer.isView(value) || tagOf(value) === "ArrayBuffer";
}

/** Reports whether a value is a compiled module. */
export function isModule(value: unknown): value is WebAssembly.Module {
  return tagOf(value) === "WebAssembly.Module";
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
