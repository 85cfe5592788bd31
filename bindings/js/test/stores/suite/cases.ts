// The suite that every store must pass: a port of kv/kvtest. It knows no test
// runner, so that it runs inside any runtime: see run.ts.
//
// It has a case for each sentence of the contract in store.ts that a caller can
// observe, and a hammer: concurrent calls whose recorded history must have an
// order, consistent with real time, that explains every answer.

import * as close from "./close.js";
import * as commit from "./commit.js";
import * as get from "./get.js";
import * as limits from "./limits.js";
import * as scan from "./scan.js";
import type { Subject } from "./subject.js";
import * as text from "./text.js";
import * as together from "./together.js";
import * as version from "./version.js";

/** One test: it throws if the store does not do what it says. The store is empty. */
export interface Case {
  name: string;
  run(subject: Subject): Promise<void>;
}

export const cases: readonly Case[] = [
  { name: "get/absent keys yield null", run: get.absent },
  { name: "get/answers in the order of the keys", run: get.inOrder },
  { name: "get/no keys, no values", run: get.nothing },
  { name: "text/values come back character for character", run: text.values },
  { name: "text/every character comes back", run: text.everyCharacter },
  { name: "text/keys mean nothing to the store", run: text.keysMeanNothing },
  { name: "version/is short printable ASCII", run: version.isPrintable },
  { name: "version/stays while the value stays", run: version.stays },
  { name: "version/never recurs for another value", run: version.neverRecurs },
  { name: "commit/applies all of the batch", run: commit.appliesAll },
  { name: "commit/lists failed checks in order and applies nothing", run: commit.listsFailedChecks },
  { name: "commit/a check of an absent key holds while it is absent", run: commit.checksAbsence },
  { name: "commit/a check of an unknown version fails", run: commit.checksUnknownVersion },
  { name: "commit/checked keys may change or stay", run: commit.changesCheckedKeys },
  { name: "commit/a batch may hold only checks or nothing", run: commit.withoutChanges },
  { name: "commit/deleting what is absent is no error", run: commit.deletesAbsent },
  { name: "commit/a key changed twice is refused", run: commit.refusesKeyTwice },
  { name: "scan/ascends in bytewise order", run: scan.ascends },
  { name: "scan/returns versions as get tells them", run: scan.tellsVersions },
  { name: "scan/prefix", run: scan.byPrefix },
  { name: "scan/after", run: scan.byAfter },
  { name: "scan/limit", run: scan.byLimit },
  { name: "scan/pages see every key once", run: scan.pages },
  { name: "limits/can be met", run: limits.canBeMet },
  { name: "limits/every value of the greatest length comes back", run: limits.longestValues },
  { name: "limits/past them a commit is refused or applied in full", run: limits.past },
  { name: "close/later calls fail", run: close.laterCalls },
  { name: "close/twice is no error", run: close.twice },
  { name: "close/calls under way finish or fail", run: close.underWay },
  { name: "together/no increment is lost", run: together.noLostUpdate },
  { name: "together/one of many claims wins", run: together.oneClaimWins },
  { name: "together/get and scan see one moment", run: together.oneMoment },
  { name: "together/a long scan sees one moment", run: together.oneMomentOfLongScans },
  { name: "together/a hammered store is serializable", run: together.hammered },
];
