// A client of the public routes, for browsers and apps: at most 5 kB, without texts.

export { type Catalogue, messageFor, messagesFor } from "../messages/catalogue.js";
export { type Field, fieldOf } from "../messages/field.js";
export { type Language, languageFor, languages } from "../messages/language.js";
export type { Reason } from "../reason.js";
export type { StatusCode } from "../result.js";
export {
  type Client,
  type ClientAccepted,
  type ClientOptions,
  type ClientRefused,
  type ClientResult,
  type ClientValidateResult,
  createClient,
} from "./client.js";
export type {
  AppRequest,
  ClientConfirm,
  ClientResend,
  ClientSignup,
  ClientValidate,
  RepeatableRequest,
} from "./requests.js";
export { loadTexts } from "./texts.js";
