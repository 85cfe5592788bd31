// Configurations that are objects: what they mean, what is refused, and that no value can become
// anything else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Conf, ConfigError, createEnrol, type Enrol, type EnrolOptions, memoryStore } from "@enrol-sso/enrol";
import { ok, refused, SECRET_KEY } from "../fixture.js";

/** Rules with cheap hashes, for one application. */
const quick: Conf = {
  apps: "CRM",
  hashSecret: { rounds: 1000 },
  password: { expiry: 0, minComplexity: 0 },
  signup: { isApprovalNeeded: false, emailConfirmEnabled: false, emailWelcomeEnabled: false },
  enrol: { passwordHash: "pbkdf2-sha512" },
};

function start(conf: Conf | string, options: Partial<EnrolOptions> = {}): Promise<Enrol> {
  const timers = { dispatchIntervalMs: 0, purgeIntervalMs: 0 };
  const parts = { secretKey: SECRET_KEY, store: memoryStore(), audit: () => {} };
  return createEnrol({ conf, strict: true, ...parts, ...timers, ...options });
}

const ada = { username: "ada", password: "correct horse battery", email: "ada@example.com" };

/** Rejects with a ConfigError that has these paths, and returns its messages. */
async function wrong(conf: unknown, paths: readonly (string | undefined)[]): Promise<string[]> {
  const error = await start(conf as Conf).then(
    () => assert.fail("it was accepted"),
    (reason: unknown) => reason,
  );
  assert(error instanceof ConfigError, String(error));
  assert.deepEqual(
    error.notices.map(({ path }) => path),
    paths,
    error.message,
  );
  return error.notices.map(({ message }) => message);
}

test("an application by its name is the one of every request", async () => {
  const enrol = await start(quick);
  const { confirmToken } = await ok(enrol.signup(ada));
  await ok(enrol.confirm({ confirmToken }));
  const { user } = await ok(enrol.verify({ username: "ada", password: ada.password }));
  assert.deepEqual([user.currentApp, user.appList], ["CRM", ["CRM"]]);
  await refused(enrol.signup({ ...ada, username: "bob", appList: ["Shop"] }), "E004001");
  await refused(enrol.signup({ ...ada, username: "bob", appList: [] }), "E008003", "appList");
  await assert.rejects(enrol.signup([] as never), { name: "TypeError", message: "enrol: signup needs an object" });
  await enrol.close();
});

test("each kind of value means what it says", async () => {
  const enrol = await start({
    ...quick,
    apps: {
      all: ["CRM", "Shop"],
      signupAllowed: ["Shop"],
      loginAllowed: ["CRM"],
      default: "Shop",
      httpHeader: undefined,
    },
    password: { expiry: 0, minComplexity: 0, minLength: 20, rejectList: ["battery", "a, b"] },
    signup: { ...quick.signup, callbackServiceList: ["crm", "https://example.com/hook"] },
    userValidation: { rejectUsername: [] },
    enrolServices: { crm: "https://example.com/crm" },
    enrolPages: { name: "Example", byApp: { Shop: { name: 'The "shop"' } } },
    main: undefined,
  });
  const check = (password: string) => enrol.validate({ password });
  assert.deepEqual((await refused(check("x".repeat(19)), "E003002")).reasons, ["password_too_short"]);
  await refused(check("correct horse battery staple"), "E003001");
  await refused(check("correct horse a, b staple"), "E003001");
  await ok(check("correct horse staple gun"));
  await ok(enrol.validate({ username: "admin" }));
  await refused(enrol.validate({ currentApp: "CRM", appList: ["CRM"] }), "E004002");
  await enrol.close();
});

test("no text can end its value or refer to another one", async () => {
  const texts = [
    "a, b",
    "it's",
    'it "is" so',
    `both ' and "`,
    '"',
    '""',
    '"""',
    "'''",
    `"x", 'y' # z`,
    "# no comment",
    "%(all)s",
    "%%(all)s",
    "%(%(all)s)s",
    '%("all")s',
    "%(enrol_js_double_quote)s",
    "%",
    "100% %s %(",
    "[main]",
    "a=b",
    "\\",
    "\u00e9\u00df\u{1f600}",
  ];
  for (const text of texts) {
    const enrol = await start({ ...quick, apps: text });
    const { confirmToken } = await ok(enrol.signup({ ...ada }));
    await ok(enrol.confirm({ confirmToken }));
    const { user } = await ok(enrol.get({ username: "ada" }));
    assert.deepEqual([user.currentApp, user.appList], [text, [text]]);
    await enrol.close();
  }
  const list = texts.map((text) => `app ${text}`);
  const enrol = await start({ ...quick, apps: { all: list, signupAllowed: list, loginAllowed: list, default: "" } });
  await ok(enrol.validate({ currentApp: list[0], appList: list }));
  await enrol.close();
});

test("text of several lines, control characters and lone surrogates are refused with their path", async () => {
  for (const text of ["a\nall=Evil", "a\r", "a\u2028b", "a\0", "\t", "\ud800"]) {
    await wrong({ ...quick, main: { siteName: text } }, ["main.siteName"]);
    await wrong({ ...quick, password: { expiry: 0, rejectList: ["x", text] } }, ["password.rejectList"]);
    await wrong({ ...quick, enrolServices: { [`x${text}`]: "https://example.com/" } }, [
      `enrolServices[${JSON.stringify(`x${text}`)}]`,
    ]);
  }
  await wrong({ ...quick, enrolServices: { [`'"`]: "https://example.com/", enrol_js_percent_sign: "x" } }, [
    `enrolServices["'\\""]`,
    'enrolServices["enrol_js_percent_sign"]',
  ]);
});

test("what is not a configuration is refused with its path", async () => {
  const messages = await wrong(
    {
      apps: 5,
      pasword: {},
      toString: {},
      main: null,
      password: { minLength: "8", maxlength: 9, expiry: 0.5, rejectList: "x", informIfInvalid: "True" },
      signup: { emailRequired: true, callbackServiceList: [5] },
      enrol: { passwordHash: 5, hasOwnProperty: 1 },
      enrolServices: { crm: 5 },
      enrolPages: { byApp: { CRM: 5, Shop: { after: [] } } },
    },
    [
      "apps",
      "pasword",
      "toString",
      "main",
      "password.minLength",
      "password.maxlength",
      "password.expiry",
      "password.rejectList",
      "password.informIfInvalid",
      "signup.emailRequired",
      "signup.callbackServiceList",
      "enrol.passwordHash",
      "enrol.hasOwnProperty",
      'enrolServices["crm"]',
      'enrolPages.byApp["CRM"]',
      'enrolPages.byApp["Shop"].after',
    ],
  );
  assert.equal(messages[4], "password.minLength must be a whole number");
  await assert.rejects(start([] as never), { name: "TypeError", message: /^enrol: conf must be an object/ });
});

test("errors and warnings of the module have the paths of the object", async () => {
  const [range] = await wrong({ ...quick, password: { expiry: 0, minLength: -1 } }, ["password.minLength"]);
  assert.match(range ?? "", /^password\.minLength: "-1" is not a whole number from 0 to 1024/);
  const [both] = await wrong(
    { ...quick, main: { siteName: '"' }, password: { expiry: 0, minLength: 9, maxLength: 8 } },
    ["password.minLength"],
  );
  assert.equal(both, "password.minLength is 9, more than password.maxLength, which is 8: no password can meet both");
  await wrong({ ...quick, enrolPages: { byApp: { Shop: { name: "Shop" } } } }, ['enrolPages.byApp["Shop"]']);
  const [approval, messages] = await wrong({ apps: "CRM", password: { expiry: 0 } }, [undefined, undefined]);
  assert.match(`${approval}${messages}`, /set signup\.emailConfirmEnabled.* to false|signup\.isApprovalNeeded is true/);
});

test("notices are printed once, unless strict says otherwise", async () => {
  const lines: string[] = [];
  const { warn } = console;
  console.warn = (line: string) => lines.push(line);
  try {
    const conf: Conf = { ...quick, password: { minComplexity: 0, expiry: 41 } };
    await start(conf, { strict: false });
    assert.deepEqual(lines, []);
    for (const _ of [1, 2]) {
      const enrol = await start(conf, { strict: undefined });
      assert.equal(enrol.notices.length, 1);
    }
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^enrol: warning: password\.expiry is 41, and no operation/);
    await wrong(conf, ["password.expiry"]);
  } finally {
    console.warn = warn;
  }
  await assert.rejects(start(quick, { strict: 1 as never }), {
    message: "enrol: strict must be true or false, not a number",
  });
});

/** Never called: each marked line must be an error of the compiler. */
export const mistakes: readonly Conf[] = [
  // @ts-expect-error: a typing error
  { pasword: {} },
  // @ts-expect-error: no such key
  { password: { minlength: 8 } },
  // @ts-expect-error: a number
  { password: { minLength: "8" } },
  // @ts-expect-error: no such choice
  { enrol: { passwordHash: "md5" } },
  // @ts-expect-error: a list
  { apps: { all: "CRM" } },
  // @ts-expect-error: a URL
  { enrolServices: { crm: 5 } },
  { apps: "CRM", main: undefined, enrolPages: { byApp: { CRM: { name: "CRM" } } } },
];
