import { randomUUID } from "node:crypto";
import path from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import journal from "../drizzle/migrations/meta/_journal.json";
import { migrateDatabase } from "./migrate.mjs";

const ROOT = path.join(import.meta.dirname, "..");
const name = `certsweep_migrate_${randomUUID().replaceAll("-", "")}`;
const url = new URL(process.env.TEST_DATABASE_URL);
url.pathname = `/${name}`;

async function ask(address, statement) {
  const client = new Client(address);
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(() => ask(process.env.TEST_DATABASE_URL, `create database ${name}`));
afterAll(() => ask(process.env.TEST_DATABASE_URL, `drop database ${name} with (force)`));

test("servers that meet an empty database together apply each migration once, and a later one none", async () => {
  const applied = () => ask(url.href, "select created_at::float8 as at from drizzle.__drizzle_migrations order by id");
  const expected = journal.entries.map(({ when }) => ({ at: when }));
  await Promise.all([1, 2, 3, 4].map(() => migrateDatabase(url.href, ROOT)));
  expect(await applied()).toEqual(expected);
  await migrateDatabase(url.href, ROOT);
  expect(await applied()).toEqual(expected);
});
