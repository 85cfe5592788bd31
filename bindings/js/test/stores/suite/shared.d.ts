// What kv/kvtest/cases.json holds, which Go reads too; scripts/cases.js makes
// the module. kv/kvtest/cases.go documents the steps.

declare const shared: {
  /** Values that some databases, drivers and encodings change. */
  readonly texts: readonly string[];
  /** Keys that some stores treat as a pattern, a path, an escape, a number, or as equal to another one of them. */
  readonly keys: readonly string[];
  /** The cases of one caller that need no code. */
  readonly cases: readonly { readonly name: string; readonly steps: readonly Step[] }[];
};
export default shared;

/** One thing that a case does: the first member of each line says what, the others are its result. */
export interface Step {
  readonly put?: Readonly<Record<string, string>>;
  readonly commit?: SharedBatch;
  readonly applies?: boolean;
  readonly fails?: boolean;
  readonly get?: readonly string[];
  readonly want?: readonly (string | null)[];
  readonly scan?: { readonly prefix: string; readonly after: string; readonly limit: number };
  readonly keys?: readonly string[];
  readonly scans?: SharedScans;
  readonly holds?: Readonly<Record<string, string>>;
  readonly remember?: readonly string[];
  readonly unchanged?: readonly string[];
}

/** A batch; a check without a version is one of absence. */
export interface SharedBatch {
  readonly checks?: readonly SharedCheck[];
  readonly puts?: readonly (readonly [key: string, data: string])[];
  readonly deletes?: readonly string[];
}

/** A check of a version: one that is given, or the remembered one, followed by a text or not. */
export interface SharedCheck {
  readonly key: string;
  readonly version?: string;
  readonly remembered?: boolean;
  readonly followed_by?: string;
}

/** The scans of each prefix, after and limit. */
export interface SharedScans {
  readonly prefixes: readonly string[];
  readonly afters: readonly string[];
  readonly limits: readonly number[];
}
