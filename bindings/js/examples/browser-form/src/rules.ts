// The rules of the server, in the page: the same engine runs here, over a store
// that is empty and a key that opens nothing.

import type { CreateEnrol, ValidateRequest, ValidateResult } from "@enrol-sso/enrol";

/** Tells what is wrong with fields by the rules, and how strong the password is. */
export type Check = (fields: ValidateRequest) => Promise<ValidateResult>;

/** What an engine in a page needs of the package. */
export interface Parts {
  readonly createEnrol: CreateEnrol;
  readonly memoryStore: typeof import("@enrol-sso/enrol").memoryStore;
  readonly newSecretKey: typeof import("@enrol-sso/enrol").newSecretKey;
}

/** Makes the check by rules, which hold nothing secret. */
export async function checkBy(conf: string, { createEnrol, memoryStore, newSecretKey }: Parts): Promise<Check> {
  const enrol = await createEnrol({
    conf,
    strict: false,
    secretKey: newSecretKey(),
    store: memoryStore(),
    audit: () => {},
    dispatchIntervalMs: 0,
    purgeIntervalMs: 0,
  });
  return (fields) => enrol.validate(fields);
}
