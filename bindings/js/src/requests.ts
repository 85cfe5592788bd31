// The requests of operations, and their JSON for the module.

import { type ConfirmToken, isRedacted, revealed } from "./confirm-token.js";
import { randomHex } from "./effects/entropy.js";
import { INVALID_INPUT } from "./errors.js";
import { reasonsOf } from "./reason.js";
import type { Refused } from "./result.js";

/** The members of every request. */
export interface Correlated {
  /** The correlation id, up to 64 of A-Za-z0-9_-; a random one if not given. */
  cid?: string | undefined;
}

/** Who makes a call, and from where; for the audit trail. */
export interface Caller {
  /**
   * The user's IP addresses; one text may hold several, separated by commas. Ports, brackets and
   * zones are dropped, so that `192.0.2.1:443`, `[::1]:443` and `fe80::1%eth0` can be passed as a
   * socket or a proxy returns them. Other texts are refused (E008002). Rate limits count by the
   * first, so the user must not be able to choose it: pass the address of the connection, or the one
   * that your own proxy added.
   */
  remoteAddr?: string | readonly string[] | undefined;
  /**
   * Who makes the call: the id of an account, or a kind and a label that your program chose, such
   * as `key:billing` (1 to 16 of a-z, then 1 to 64 of A-Za-z0-9._-). Users must not be able to
   * choose it.
   */
  currentUser?: string | undefined;
}

/** Where a call comes from; for the audit trail. */
export interface Origin extends Caller {
  /** The application that makes the call; `apps.default` of the configuration if there is none. */
  currentApp?: string | undefined;
}

/** A request that can be repeated safely. */
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
  /** The username, in the spelling that the user typed. */
  username: string;
  /** The password, unchanged. */
  password: string;
  /** The e-mail address. It is required unless the configuration says otherwise. */
  email?: string | undefined;
  /**
   * The applications that the user signs up to; at least one. Required, unless the option `conf`
   * is an object whose `apps` is the name of the only one.
   */
  appList?: readonly string[] | undefined;
  /** The application that the user signs up through; `currentApp` if there is none. */
  signupApp?: string | undefined;
  /** The name to show. If absent, the other names are joined. */
  displayName?: string | undefined;
  /** The first name, unchanged. */
  firstName?: string | undefined;
  /** The middle name, unchanged. */
  middleName?: string | undefined;
  /** The last name, unchanged. */
  lastName?: string | undefined;
  /** Further data of the account. `locale`, such as "pt-BR", is the language of its messages. */
  attrs?: Readonly<Record<string, string>> | undefined;
}

/** Asks whether fields pass the local rules; only the given ones are checked. */
export type ValidateRequest = Partial<SignupRequest>;

/** Asks to activate the account of a token. */
export interface ConfirmRequest extends Correlated, Origin, Repeatable {
  /** The token in the answer of signup, or the text of the one in a message. */
  confirmToken: string | ConfirmToken;
  /** The password of the signup. Required with `confirm_requires_password` (E008003). */
  password?: string | undefined;
}

/** Asks for an account by exactly one of its id and its name. */
export type GetRequest = Correlated & (ById | ByUsername);

interface ById {
  /** The id that confirm returned, or that a service received. */
  userId: string;
  /** Not together with an id. */
  username?: undefined;
}

interface ByUsername {
  /** The username, in any spelling that compares equal. */
  username: string;
  /** Not together with a username. */
  userId?: undefined;
}

/** Asks to deliver due events. */
export interface DispatchRequest extends Correlated {
  /** The id of one destination, as an answer lists it; all of them in turn if there is none. */
  destination?: string | undefined;
  /** How many events at most, 1 to 100; 16 if there is none. 0 lists the destinations and delivers nothing. */
  limit?: number | undefined;
  /** Whether only events are delivered that did not fail before. */
  fresh?: boolean | undefined;
}

/** The places of a request's members in the JSON of the module. */
type Places = Readonly<Record<string, string>>;

const ORIGIN: Places = {
  cid: "cid",
  currentApp: "current_app",
  remoteAddr: "remote_addr",
  currentUser: "current_user",
};

const REPEATABLE: Places = { ...ORIGIN, idempotencyKey: "idempotency_key" };

/** Members of a super-user's request, which cannot name its caller. */
const ADMIN: Places = { cid: "cid", remoteAddr: "remote_addr" };

const DECISION: Places = { ...ADMIN, currentApp: "current_app", userId: "user_id" };

const PAGE: Places = { ...ADMIN, limit: "limit", cursor: "cursor" };

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

/** The place of the confirm token. */
const TOKEN = "confirm_token";

const PLACES = {
  open: { cid: "cid", exclusive: "exclusive", host: "host", leaves: "leaves" },
  signup: SIGNUP,
  validate: SIGNUP,
  confirm: { ...REPEATABLE, confirmToken: TOKEN, password: "password" },
  get: { cid: "cid", userId: "user_id", username: "username" },
  dispatch: { cid: "cid", destination: "destination", limit: "limit", fresh: "fresh" },
  resend: { ...ORIGIN, username: "username", email: "email" },
  verify: { ...ORIGIN, username: "username", email: "email", password: "password" },
  approve: DECISION,
  lock: DECISION,
  unlock: { ...DECISION, passwordMustChange: "password_must_change" },
  reject: { ...DECISION, reason: "reason" },
  pending: { ...PAGE, status: "status" },
  purge: { cid: "cid", limit: "limit", cursor: "cursor" },
  rekey: PAGE,
  dead: PAGE,
  retry: { ...ADMIN, id: "id" },
} as const satisfies Record<string, Places>;

/** The operations that take a request. */
export type Requested = keyof typeof PLACES;

/** A request as the module takes it. */
export interface Written {
  /** The request. */
  json: string;
  /** The caller's, or a random one, so that a lost operation can be found in the audit trail. */
  cid: string;
}

/** A super-user who makes a call. */
export interface SuperUser {
  /** Who that is, for the audit trail. */
  currentUser?: string | undefined;
}

/**
 * Writes a request for the module, which checks all values. Names are checked
 * here, because the module's JSON has other names than this package.
 */
export function write(operation: Requested, request: object, superUser?: SuperUser): Written | Refused {
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
    if (place === TOKEN && isRedacted(value)) {
      return invalid(
        cid,
        "is not a token but what is printed in its place: pass the token, or what its reveal() returns",
        name,
      );
    }
    if (place.startsWith("ctx.")) {
      ctx[place.slice("ctx.".length)] = value;
    } else {
      json[place] = place === TOKEN ? revealed(value) : value;
    }
  }
  if (places === SIGNUP) {
    json["ctx"] = ctx;
  }
  if (superUser !== undefined) {
    json["super_user"] = true;
    json["current_user"] = superUser.currentUser;
  }
  try {
    return { json: JSON.stringify(json), cid };
  } catch {
    throw new TypeError(`enrol: ${operation} needs values that can be written as JSON`);
  }
}

/** The name in this package of a member of the module's JSON. */
export function nameOf(operation: Requested, place: string): string {
  for (const [name, known] of Object.entries(PLACES[operation])) {
    if (place === known || place.startsWith(`${known}.`)) {
      return name + place.slice(known.length);
    }
  }
  return place === "current_user" ? "currentUser" : place;
}

/**
 * A message of the module about a request, with the names of members as the caller wrote them. Words
 * without "_" are the same in both.
 */
export function renamed(operation: Requested, message: string): string {
  return message.replace(/\b[a-z]+(_[a-z]+)+\b/g, (word) => {
    const name = nameOf(operation, word);
    return name === word ? nameOf(operation, `ctx.${word}`).replace(/^ctx\./, "") : name;
  });
}

function cidOf(request: { cid?: unknown }): string {
  return typeof request.cid === "string" && request.cid !== "" ? request.cid : randomHex(12); // like the module's own
}

/** Refuses a request that never reaches the module, the way the module would. */
export function invalid(cid: string, message: string, field?: string): Refused {
  const subStatus = [INVALID_INPUT] as const;
  return {
    ok: false,
    cid,
    subStatus,
    reasons: reasonsOf(subStatus),
    ...(field === undefined ? {} : { field }),
    message,
  };
}
