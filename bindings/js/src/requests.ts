// What operations are asked, and how that becomes the JSON of the module.

import { randomBytes } from "./effects/entropy.js";
import { INVALID_INPUT } from "./errors.js";
import type { Refused } from "./result.js";

/** What every request may have. */
export interface Correlated {
  /** Correlation id, up to 64 of A-Za-z0-9_-; drawn if there is none. */
  cid?: string | undefined;
}

/** Where a call comes from; for the audit trail. */
export interface Origin {
  /** The application that makes the call; `apps.default` of the configuration if there is none. */
  currentApp?: string | undefined;
  /** The user's IP addresses; one text may hold several, separated by commas. */
  remoteAddr?: string | readonly string[] | undefined;
}

/** What may safely be sent again. */
export interface Repeatable {
  /**
   * A request with the same key is answered with the first answer, for
   * `enrol.idempotency_hours`; another request with it is refused (E901003). Up
   * to 255 characters, best a random UUID.
   */
  idempotencyKey?: string | undefined;
}

/** Asks for an account. */
export interface SignupRequest extends Correlated, Origin, Repeatable {
  /** As the user spells it. */
  username: string;
  /** As the user typed it. */
  password: string;
  /** Required unless the configuration says otherwise. */
  email?: string | undefined;
  /** The applications that the user signs up to; at least one. */
  appList: readonly string[];
  /** The application that the user signs up through; `currentApp` if there is none. */
  signupApp?: string | undefined;
  /** The other names joined, if there is none. */
  displayName?: string | undefined;
  /** As the user gives it. */
  firstName?: string | undefined;
  /** As the user gives it. */
  middleName?: string | undefined;
  /** As the user gives it. */
  lastName?: string | undefined;
  /** Whatever else is kept with the account, such as a locale. */
  attrs?: Readonly<Record<string, string>> | undefined;
}

/** Asks whether fields would pass the local rules; only those that are given are looked at. */
export type ValidateRequest = Partial<SignupRequest>;

/** Asks to activate the account that a token was given for. */
export interface ConfirmRequest extends Correlated, Origin, Repeatable {
  /** That of a signup, or of a message. */
  confirmToken: string;
  /** That of the signup; needed where the configuration says `confirm_requires_password`. */
  password?: string | undefined;
}

/** Asks for an account by exactly one of its id and its name. */
export interface GetRequest extends Correlated {
  /** One that confirm or a service told. */
  userId?: string | undefined;
  /** In any spelling that compares equal. */
  username?: string | undefined;
}

/** Asks to deliver events that are due. */
export interface DispatchRequest extends Correlated {
  /** How many at most, 1 to 100; 16 if there is none. */
  limit?: number | undefined;
}

/** Where the members of a request stand in the JSON of the module. */
type Places = Readonly<Record<string, string>>;

const ORIGIN: Places = { cid: "cid", currentApp: "current_app", remoteAddr: "remote_addr" };

const REPEATABLE: Places = { ...ORIGIN, idempotencyKey: "idempotency_key" };

const APPROVAL: Places = { ...ORIGIN, userId: "user_id", superUser: "super_user", currentUser: "current_user" };

const PAGE: Places = { cid: "cid", limit: "limit", cursor: "cursor", superUser: "super_user" };

const SIGNUP: Places = {
  ...REPEATABLE,
  username: "ctx.username",
  password: "ctx.password",
  email: "ctx.email",
  appList: "ctx.app_list",
  signupApp: "ctx.current_app",
  displayName: "ctx.display_name",
  firstName: "ctx.first_name",
  middleName: "ctx.middle_name",
  lastName: "ctx.last_name",
  attrs: "ctx.attrs",
};

const PLACES = {
  open: { cid: "cid" },
  signup: SIGNUP,
  validate: SIGNUP,
  confirm: { ...REPEATABLE, confirmToken: "confirm_token", password: "password" },
  get: { cid: "cid", userId: "user_id", username: "username" },
  dispatch: { cid: "cid", limit: "limit" },
  resend: { ...ORIGIN, username: "username", email: "email" },
  verify: { ...ORIGIN, username: "username", email: "email", password: "password" },
  approve: APPROVAL,
  lock: APPROVAL,
  unlock: { ...APPROVAL, passwordMustChange: "password_must_change" },
  reject: { ...APPROVAL, reason: "reason" },
  pending: { ...PAGE, status: "status" },
  purge: { cid: "cid", limit: "limit", cursor: "cursor" },
  rekey: PAGE,
  dead: PAGE,
  retry: { cid: "cid", id: "id", superUser: "super_user" },
} as const satisfies Record<string, Places>;

/** The operations that take a request. */
export type Requested = keyof typeof PLACES;

/** A request as the module takes it. */
export interface Written {
  /** The request. */
  json: string;
  /** The caller's, or else a drawn one, so that an operation that is lost can be found in the audit trail. */
  cid: string;
}

/**
 * Writes a request for the module, which checks all values. Names are checked
 * here: the names of the module's own JSON are not those of this package.
 */
export function write(operation: Requested, request: object): Written | Refused {
  if (typeof request !== "object" || request === null || Array.isArray(request)) {
    throw new TypeError(`enrol: ${operation} needs an object`);
  }
  const places: Places = PLACES[operation];
  const cid = cidOf(request);
  const json: Record<string, unknown> = { cid };
  const ctx: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(request)) {
    const place = Object.hasOwn(places, name) ? places[name] : undefined;
    if (place === undefined) {
      return invalid(cid, "is not a member of its request", name.slice(0, 64));
    }
    if (value === undefined) {
      continue;
    }
    if (place.startsWith("ctx.")) {
      ctx[place.slice("ctx.".length)] = value;
    } else {
      json[place] = value;
    }
  }
  if (places === SIGNUP) {
    json["ctx"] = ctx;
  }
  try {
    return { json: JSON.stringify(json), cid };
  } catch {
    throw new TypeError(`enrol: ${operation} needs values that can be written as JSON`);
  }
}

/** The name that a member of the module's JSON has in this package. */
export function nameOf(operation: Requested, place: string): string {
  for (const [name, known] of Object.entries(PLACES[operation])) {
    if (place === known || place.startsWith(`${known}.`)) {
      return name + place.slice(known.length);
    }
  }
  return place;
}

function cidOf(request: { cid?: unknown }): string {
  return typeof request.cid === "string" && request.cid !== "" ? request.cid : drawCid();
}

/** 24 hexadecimal digits, as the module itself draws them. */
function drawCid(): string {
  return Array.from(randomBytes(12), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Refuses a request that never reaches the module, the way the module would. */
export function invalid(cid: string, message: string, field?: string): Refused {
  return { ok: false, cid, subStatus: [INVALID_INPUT], ...(field === undefined ? {} : { field }), message };
}
