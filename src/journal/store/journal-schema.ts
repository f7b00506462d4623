import type { DatabaseSync } from 'node:sqlite';

/** `user_version` of a journal whose rows are chained. Older ones have 0: they are read, but cannot be verified. */
export const CHAINED_VERSION = 2;

/**
 * `entries`: what happened, in order. `documents`: the run's header and result, each linked after the entry `after`.
 * `head`: where the chain ends, written with every transaction, so that the last rows cannot go missing unseen.
 */
export const SCHEMA = `
create table entries (sequence integer primary key, ts integer not null, type text not null, body text not null, chain text not null) strict;
create table documents (name text primary key, body text not null, after integer not null, chain text not null) strict;
create table head (only integer primary key check (only = 1), sequence integer not null, chain text not null) strict;
create trigger entries_keep before update on entries begin select raise(abort, 'the journal is append-only'); end;
create trigger entries_stay before delete on entries begin select raise(abort, 'the journal is append-only'); end;
create trigger documents_keep before update on documents begin select raise(abort, 'the journal is append-only'); end;
create trigger documents_stay before delete on documents begin select raise(abort, 'the journal is append-only'); end;
`;

/** Names of what the schema makes, as SQLite lists them. */
export function schemaOf(database: DatabaseSync): string {
  const rows = database
    .prepare('select sql from sqlite_schema where sql is not null order by type, name')
    .all();
  return rows.map((row) => `${String(row['sql'])};`).join('\n');
}

export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('pragma user_version').get()?.['user_version'] ?? 0);
}
