// Services that decide whether a user may sign up.

import type { Awaitable } from "../awaitable.js";
import { kindOf, need } from "../misuse.js";
import type { StatusCode } from "../result.js";
import type { Service, ServiceContext, ValidatePayload, Verdict } from "../services.js";
import { only } from "./only.js";

/** Whether it is valid; status codes are the reasons why not. */
export type Validation = boolean | StatusCode | readonly StatusCode[];

/**
 * Makes a service that `user_validation.service` names. It answers true; or
 * false, which refuses with E005001; or a status code or several, which refuse
 * with these: E or W and six digits. If it throws, the signup fails.
 */
export function validationService(
  validate: (candidate: ValidatePayload["data"], context: ServiceContext) => Awaitable<Validation>,
): Service {
  need(typeof validate === "function", `a service for user.validate needs a function, not ${kindOf(validate)}`);
  return only("user.validate", async (candidate, context): Promise<Verdict> => {
    const answer = await validate(candidate, context);
    if (typeof answer === "boolean") {
      return { is_valid: answer };
    }
    need(
      typeof answer === "string" || Array.isArray(answer),
      `the function of validationService must answer true, false or status codes, not ${kindOf(answer)}`,
    );
    const codes = typeof answer === "string" ? [answer] : [...answer];
    return codes.length === 0 ? { is_valid: true } : { is_valid: false, sub_status: codes };
  });
}
