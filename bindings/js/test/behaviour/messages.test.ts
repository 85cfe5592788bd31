// The catalogues of messages: complete, in order, and selected by language.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as messages from "@enrol-sso/enrol/messages";
import { type Catalogue, catalogueFor, en, languages, messageFor, messagesFor } from "@enrol-sso/enrol/messages";
import { refused, start } from "../fixture.js";

const catalogues: Record<string, Catalogue> = Object.fromEntries(
  languages.map((language) => [language, catalogueFor(language)]),
);

test("there are seven languages, each under its tag and its name", () => {
  assert.deepEqual([...languages].sort(), ["de", "en", "es", "fr", "ja", "pl", "pt-BR"]);
  for (const [name, exported] of Object.entries(messages)) {
    const language = name.replace("BR", "-BR");
    assert(!(language in catalogues) || exported === catalogues[language], name);
  }
});

for (const [language, catalogue] of Object.entries(catalogues)) {
  test(`the messages in ${language} are complete, whole sentences, and distinct`, () => {
    assert.deepEqual(Object.keys(catalogue), Object.keys(en));
    const { language: told, ...texts } = catalogue;
    assert.equal(told, language);
    for (const text of Object.values(texts)) {
      assert.match(text, /^[\p{Lu}\p{Lo}].*[.。]$/u);
      assert.equal(text, text.normalize("NFC").trim());
    }
    assert.equal(new Set(Object.values(catalogue)).size, Object.keys(en).length);
  });
}

test("languages other than English are translated", () => {
  for (const language of languages.filter((tag) => tag !== "en")) {
    for (const [code, text] of Object.entries(catalogues[language] ?? {})) {
      assert.notEqual(text, en[code as keyof Catalogue], `${language} ${code}`);
    }
  }
});

test("a refusal becomes texts without repeats, and unknown codes become the general one", async () => {
  const { enrol } = await start();
  const { subStatus } = await refused(enrol.validate({ username: "a b", password: "x" }), "E001004");
  assert.deepEqual(messagesFor(subStatus, en), ["The username must not contain spaces.", "The password is too short."]);
  assert.deepEqual(messagesFor(["E777001", "E777002"], en), [en.other]);
  for (const code of ["toString", "__proto__", "E", "language"]) {
    assert.equal(messageFor(code, en), en.other);
  }
  await enrol.close();
});

test("the preferred available language is found", () => {
  const { de, fr, ja, ptBR } = messages;
  for (const [preferred, expected] of [
    ["de", de],
    ["DE-at", de],
    ["de-AT,de;q=0.9,en;q=0.8", de],
    ["en;q=0.5, fr;q=0.7", fr],
    ["nl, ja;q=0.2", ja],
    ["pt-PT", ptBR],
    ["pt-br", ptBR],
    ["fr;q=0, de;q=0.1", de],
    [["nl", "fr-CA", "de"], fr],
    ["nl", en],
    ["*", en],
    ["", en],
    [";;,,q=", en],
    [undefined, en],
    [null, en],
    [[], en],
  ] as const) {
    assert.equal(catalogueFor(preferred), expected, JSON.stringify(preferred));
  }
});
