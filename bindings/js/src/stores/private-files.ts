// The files of a database belong to their owner alone: they hold the names and addresses of users.

import { chmodSync, closeSync, lstatSync, openSync, type Stats } from "node:fs";
import process from "node:process";
import { StoreError } from "./errors.js";

/** The rights of the group and of others. */
const OTHERS = 0o077;

/** What SQLite appends to the name of a database for its other files. */
const SUFFIXES = ["-wal", "-shm", "-journal"];

/**
 * Makes the file at a path that SQLite opens next, created if absent, and those next to it
 * accessible to their owner alone. SQLite gives new files next to it the same mode. Throws for
 * files of another user and for symbolic links, through which another user could choose what is
 * opened. Only the last element of the path is checked: who may change the folders above may
 * replace the file at any time.
 *
 * Databases in memory and file: URIs, which SQLite reads by rules of its own, are left alone; so is
 * everything on Windows, where modes do not describe the rights of others.
 */
export function makePrivate(path: string): void {
  const { geteuid } = process;
  if (geteuid === undefined || path === "" || path === ":memory:" || path.startsWith("file:")) {
    return;
  }
  if (statsOf(path) === undefined) {
    create(path);
  }
  const user = geteuid();
  for (const file of [path, ...SUFFIXES.map((suffix) => path + suffix)]) {
    tighten(file, user);
  }
}

/** What is at a path, which may be a link; undefined if it is free. */
function statsOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/**
 * Creates a file, unless another process does it first. Files that exist are never opened here:
 * closing one would end the locks on it that SQLite holds in this process. Not handled: another
 * thread of this process that writes to the new file before it is closed here.
 */
function create(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EEXIST") {
      throw error;
    }
  }
}

/** Removes the rights of others on a file, if it is there. */
function tighten(path: string, user: number): void {
  const found = statsOf(path);
  if (found === undefined) {
    return;
  }
  if (found.isSymbolicLink()) {
    throw new StoreError("unsuitable", `${path} is a symbolic link: name the file itself`);
  }
  if (!found.isFile()) {
    throw new StoreError("unsuitable", `${path} is not a regular file: name another file`);
  }
  if (found.uid !== user) {
    throw new StoreError("unsuitable", `${path} belongs to another user: run as that user, or name another file`);
  }
  if ((found.mode & OTHERS) === 0) {
    return;
  }
  try {
    chmodSync(path, found.mode & 0o700);
  } catch (error) {
    if (statsOf(path) === undefined) {
      return; // another process closed the database, which removes the files next to it
    }
    throw error;
  }
  const left = statsOf(path)?.mode ?? 0;
  if ((left & OTHERS) !== 0) {
    const mode = (left & 0o777).toString(8).padStart(4, "0");
    throw new StoreError(
      "unsuitable",
      `${path} can be used by others (its mode is ${mode}, and stays that): name a file on a file system with modes`,
    );
  }
}
