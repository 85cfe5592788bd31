// The rules of the server, in the page: the same engine runs here, over a store
// that is empty and a key that opens nothing.

import { createEnrol, memoryStore, newSecretKey, type StatusCode, type ValidateRequest } from "@enrol-sso/enrol";

/** Tells what is wrong with fields by the rules; nothing, if there are no codes. */
export type Check = (fields: ValidateRequest) => Promise<readonly StatusCode[]>;

/** Loads the module and the rules, which hold nothing secret. */
export async function loadRules(): Promise<Check> {
  const response = await fetch("/rules.conf");
  if (!response.ok) {
    throw new Error(`the rules could not be fetched: ${response.status}`);
  }
  const enrol = await createEnrol({
    conf: await response.text(),
    secretKey: newSecretKey(),
    store: memoryStore(),
    audit: () => {},
    dispatchIntervalMs: 0,
    purgeIntervalMs: 0,
  });
  return async (fields) => {
    const answer = await enrol.validate(fields);
    return answer.ok ? [] : answer.subStatus;
  };
}
