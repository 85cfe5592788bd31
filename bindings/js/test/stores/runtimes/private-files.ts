// What a store on SQLite does with the modes, owners and links of its files, in Node and Bun.

import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import process from "node:process";
import type { Store } from "@enrol-sso/enrol";
import { assert, failure, same } from "../suite/subject.js";

export interface FileCase {
  name: string;
  run(): Promise<void>;
}

const batch = { checks: [], puts: [{ key: "a", data: "1" }], deletes: [] };

/** The files of an open store. */
const filesOf = (file: string) => [file, `${file}-wal`, `${file}-shm`];

function wantMode(want: number, files: readonly string[]): void {
  for (const file of files) {
    same((lstatSync(file).mode & 0o777).toString(8), want.toString(8), `the mode of ${basename(file)}`);
  }
}

async function wantRefused(open: () => Store, text: string): Promise<void> {
  const { name, message, code } = (await failure(open)) as Error & { code?: unknown };
  same([name, code], ["StoreError", "unsuitable"], `the kind of the error "${message}"`);
  assert(message.includes(text), `${message}: want ${text}`);
}

/** The cases of a store that opens files; each fresh path is in a folder and free. */
export function fileCases(open: (path: string) => Store, fresh: () => string): FileCase[] {
  const cases: FileCase[] = [];
  const add = (name: string, run: () => Promise<void>) => cases.push({ name, run });

  for (const umask of [0o022, 0o000]) {
    add(
      `a new file and those next to it are their owner's alone, whatever the umask (${umask.toString(8)})`,
      async () => {
        const file = fresh();
        const before = process.umask(umask);
        try {
          const store = open(file);
          await store.commit(batch);
          wantMode(0o600, filesOf(file));
          await store.close?.();
        } finally {
          process.umask(before);
        }
        wantMode(0o600, [file]);
      },
    );
  }

  for (const mode of [0o666, 0o644, 0o640, 0o601]) {
    add(`the rights of others on existing files are removed (${mode.toString(8)})`, async () => {
      const file = fresh();
      const store = open(file);
      await store.commit(batch);
      for (const one of filesOf(file)) {
        chmodSync(one, mode);
      }
      const again = open(file);
      wantMode(0o600, filesOf(file));
      await again.commit({ ...batch, puts: [{ key: "b", data: "2" }] });
      const values = await store.get(["a", "b"]);
      same([values[0]?.data, values[1]?.data], ["1", "2"], "what the store holds");
      await again.close?.();
      await store.close?.();
    });
  }

  add("an empty file of the caller becomes a store of its owner alone", async () => {
    const file = fresh();
    writeFileSync(file, "");
    chmodSync(file, 0o666);
    const store = open(file);
    await store.commit(batch);
    wantMode(0o600, filesOf(file));
    await store.close?.();
  });

  add("a link in place of the file is refused, and leads nowhere", async () => {
    const [file, link, dangling] = [fresh(), fresh(), fresh()];
    await open(file).close?.();
    chmodSync(file, 0o644);
    symlinkSync(file, link);
    await wantRefused(() => open(link), `${link} is a symbolic link: name the file itself`);
    wantMode(0o644, [file]);

    symlinkSync(`${dangling}.target`, dangling);
    await wantRefused(() => open(dangling), "is a symbolic link");
    assert(!existsSync(`${dangling}.target`), "the target of the link was made");
  });

  for (const suffix of ["-wal", "-shm", "-journal"]) {
    add(`a link in place of the ${suffix} file is refused, and its target stays as it is`, async () => {
      const file = fresh();
      await open(file).close?.();
      writeFileSync(`${file}.target`, "precious");
      chmodSync(`${file}.target`, 0o644);
      symlinkSync(`${file}.target`, `${file}${suffix}`);
      await wantRefused(() => open(file), `${file}${suffix} is a symbolic link`);
      wantMode(0o644, [`${file}.target`]);
    });
  }

  add("a file within a folder that is a link is used", async () => {
    const file = fresh();
    const folder = `${file}.folder`;
    mkdirSync(folder);
    symlinkSync(folder, `${file}.link`);
    const store = open(`${file}.link/store.sqlite`);
    await store.commit(batch);
    wantMode(0o600, filesOf(`${folder}/store.sqlite`));
    await store.close?.();
  });

  add("a folder in place of the file is refused", async () => {
    const folder = fresh();
    mkdirSync(folder);
    await wantRefused(() => open(folder), `${folder} is not a regular file`);
  });

  // Only root can make a file of another user. The others find one of root everywhere.
  add("a file of another user is refused, and stays as it is", async () => {
    if (process.geteuid?.() !== 0) {
      await wantRefused(() => open("/etc/passwd"), "/etc/passwd belongs to another user");
      return;
    }
    for (const suffix of ["", "-wal"]) {
      const file = fresh();
      await open(file).close?.();
      writeFileSync(`${file}${suffix}`, "", { flag: "a" });
      chmodSync(`${file}${suffix}`, 0o644);
      chownSync(`${file}${suffix}`, 4_294_967, 0);
      await wantRefused(
        () => open(file),
        `${file}${suffix} belongs to another user: run as that user, or name another file`,
      );
      wantMode(0o644, [`${file}${suffix}`]);
    }
  });

  add("a store in memory makes no file", async () => {
    const folder = dirname(fresh());
    const back = process.cwd();
    process.chdir(folder);
    try {
      const before = readdirSync(".");
      for (const path of [":memory:", ""]) {
        const store = open(path);
        await store.commit(batch);
        same(readdirSync("."), before, `the files while a store is open at "${path}"`);
        await store.close?.();
      }
    } finally {
      process.chdir(back);
    }
  });

  return cases;
}
