// A configuration as an object.

import type {
  AppsConf,
  EnrolConf,
  EnrolPagesConf,
  HashSecretConf,
  LoginConf,
  MainConf,
  PasswordConf,
  SignupConf,
  UserValidationConf,
} from "./keys.js";

/** A configuration. A member that is absent or undefined has its default. */
export interface Conf {
  /** Storage, mails and services. */
  main?: MainConf | undefined;
  /** PBKDF2, if `enrol.passwordHash` selects it. */
  hashSecret?: HashSecretConf | undefined;
  /**
   * The applications, or the name of the only one: people sign up, log in and, if a request names
   * none, belong to it. A signup then needs no `appList`.
   */
  apps?: AppsConf | string | undefined;
  /** The rules for passwords. */
  password?: PasswordConf | undefined;
  /** The rules for sign-ups, and their mails. */
  signup?: SignupConf | undefined;
  /** Validation services, and words that usernames and addresses must not have. */
  userValidation?: UserValidationConf | undefined;
  /** What a login discloses. */
  login?: LoginConf | undefined;
  /** Settings that Zato SSO does not have: limits, hashes, and others. */
  enrol?: EnrolConf | undefined;
  /** The URLs of services, by their names. The option `services` has functions for others. */
  enrolServices?: Readonly<Record<string, string>> | undefined;
  /** How the public pages of the Go service look; `byApp` has what differs for an application. */
  enrolPages?: (EnrolPagesConf & { byApp?: Readonly<Record<string, EnrolPagesConf>> | undefined }) | undefined;
}
