// The suite that every store must pass: a port of kv/kvtest. It knows no test
// runner, so that it runs inside any runtime: see run.ts.
//
// The cases of one caller that need no code are in kv/kvtest/cases.json, which
// both read.
//
// It has a case for each sentence of the contract in store.ts that a caller can
// observe, and a hammer: concurrent calls whose recorded history must have an
// order, consistent with real time, that explains every answer.

import * as close from "./close.js";
import * as limits from "./limits.js";
import * as scan from "./scan.js";
import shared from "./shared.js";
import { take } from "./steps.js";
import type { Subject } from "./subject.js";
import * as text from "./text.js";
import * as together from "./together.js";
import * as version from "./version.js";

/** One test: it throws if the store does not behave as the name says. The store is empty. */
export interface Case {
  name: string;
  run(subject: Subject): Promise<void>;
}

export const cases: readonly Case[] = [
  { name: "text/values come back character for character", run: text.values },
  { name: "text/every character comes back", run: text.everyCharacter },
  { name: "text/keys mean nothing to the store", run: text.keysMeanNothing },
  { name: "version/is short printable ASCII", run: version.isPrintable },
  { name: "version/never recurs for another value", run: version.neverRecurs },
  { name: "scan/pages see every key once", run: scan.pages },
  { name: "limits/can be met", run: limits.canBeMet },
  { name: "limits/every value of the greatest length comes back", run: limits.longestValues },
  { name: "limits/past them a commit is refused or applied in full", run: limits.past },
  { name: "close/later calls fail", run: close.laterCalls },
  { name: "close/twice is no error", run: close.twice },
  { name: "close/running calls finish or fail", run: close.running },
  { name: "together/no increment is lost", run: together.noLostUpdate },
  { name: "together/one of many claims wins", run: together.oneClaimWins },
  { name: "together/get and scan see one moment", run: together.oneMoment },
  { name: "together/a long scan sees one moment", run: together.oneMomentOfLongScans },
  { name: "together/a hammered store is serializable", run: together.hammered },
  ...shared.cases.map(({ name, steps }) => ({ name, run: (s: Subject) => take(s, steps) })),
];
