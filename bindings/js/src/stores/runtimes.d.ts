// What the stores use of modules that the types of Node 20 do not know.

declare module "node:sqlite" {
  export class DatabaseSync {
    constructor(path: string);
    prepare(sql: string): { all(...parameters: (string | number)[]): unknown[] };
    exec(sql: string): void;
    close(): void;
  }
}

declare module "bun:sqlite" {
  export class Database {
    constructor(path: string, options?: { create?: boolean });
    query(sql: string): { all(...parameters: (string | number)[]): unknown[] };
    run(sql: string): void;
    close(): void;
  }
}
