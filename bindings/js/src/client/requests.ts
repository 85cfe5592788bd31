// What a client asks for, and the JSON of the routes.

/** The members of every request. */
export interface AppRequest {
  /** The application; that of the client if not given, or else the server's default. */
  app?: string | undefined;
}

/** A request that can be repeated safely. */
export interface RepeatableRequest {
  /** Best left out: the client repeats a request without an answer with the key that it chose for it. */
  idempotencyKey?: string | undefined;
}

/** Asks for an account. */
export interface ClientSignup extends AppRequest, RepeatableRequest {
  /** The username, in the spelling that the user typed. */
  username: string;
  /** The password, unchanged. */
  password: string;
  /** The e-mail address. It is required unless the configuration says otherwise. */
  email?: string | undefined;
  /** The applications that the user signs up to; `app` alone if not given. */
  appList?: readonly string[] | undefined;
  /** The name to show. If absent, the other names are joined. */
  displayName?: string | undefined;
  /** The first name. */
  firstName?: string | undefined;
  /** The middle name. */
  middleName?: string | undefined;
  /** The last name. */
  lastName?: string | undefined;
  /** Further data of the account. `locale`, such as "pt-BR", is the language of its messages. */
  attrs?: Readonly<Record<string, string>> | undefined;
}

/** Asks whether fields pass the rules; only the given ones are checked. */
export type ClientValidate = Omit<Partial<ClientSignup>, "idempotencyKey">;

/** Asks to activate the account of a token. */
export interface ClientConfirm extends AppRequest, RepeatableRequest {
  /** The token of the message, which its link has after the #. */
  token: string;
  /** The password of the signup, if the configuration requires it (`confirm_requires_password`). */
  password?: string | undefined;
}

/** Asks for another message. */
export interface ClientResend extends AppRequest {
  /** The username, in any spelling that compares equal. */
  username: string;
  /** The address that the user signed up with. */
  email: string;
}

/** A name in the JSON of the routes. */
export const inJSON = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The name in this package of a member of the JSON. */
export const fromJSON = (name: string): string =>
  name.replace(/^[^.]*/, (first) => first.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
