// The parts of modules that the stores use and the types of Node 20 lack.

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
