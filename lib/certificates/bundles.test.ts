import { expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertAccount, insertCertificates, insertRemoval } from "@/drizzle/test-rows";
import { mintJobScope } from "@/lib/auth/scope";
import {
  type CertificateBundle,
  countBundles,
  listBundles,
  pageOfBundles,
  readBundle,
} from "@/lib/certificates/bundles";

useTestDatabase();

async function namesIn(batches: AsyncGenerator<CertificateBundle[]>): Promise<string[]> {
  const names: string[] = [];
  for await (const batch of batches) names.push(...batch.map(({ name }) => name));
  return names;
}

/** Every seventh is an authority's. */
async function fill(amount: number) {
  const scope = mintJobScope(await insertAccount(), "test");
  const made = await insertCertificates(
    scope.accountId,
    Array.from({ length: amount }, (_, number) => ({ name: `name-${number}`, details: { isCa: number % 7 === 0 } })),
  );
  return { scope, made };
}

test("lists, pages and counts agree for every filter, and nothing is missed or met twice", async () => {
  const { scope, made } = await fill(1_000);
  // Contents that outlive their certificate, and those of another account, are in no list.
  await insertRemoval(scope.accountId);
  await fill(8);
  const all = [...made].sort((one, other) => (one.id < other.id ? -1 : 1));
  const isCa = new Set(made.filter((_, number) => number % 7 === 0).map(({ id }) => id));
  for (const filter of [
    { isCa: null, name: null },
    { isCa: true, name: null },
    { isCa: false, name: null },
    { isCa: null, name: "name-7" },
    { isCa: true, name: "name-7" },
    { isCa: false, name: "name-7" },
    { isCa: null, name: "NAME-7" },
  ]) {
    const wanted = all
      .filter(({ id, name }) => (filter.isCa ?? isCa.has(id)) === isCa.has(id) && (filter.name ?? name) === name)
      .map(({ name }) => name);
    const said = JSON.stringify(filter);
    expect(await namesIn(listBundles(scope, filter)), said).toEqual(wanted);
    expect(await countBundles(scope, filter), said).toBe(wanted.length);
    for (const perPage of [70, 333, 1_000]) {
      const paged: string[] = [];
      for (let page = 1; page <= Math.ceil(wanted.length / perPage) + 1; page += 1)
        paged.push(...(await namesIn(pageOfBundles(scope, filter, { page, perPage }))));
      expect(paged, `${said} by ${perPage}`).toEqual(wanted);
    }
  }
});

test("one certificate is read with what is said of it, and only in its own account", async () => {
  const { scope, made } = await fill(2);
  const [authority, other] = made;
  expect(await readBundle(scope, authority?.id ?? "")).toMatchObject({ name: "name-0", isCa: true });
  expect(await readBundle(scope, other?.id ?? "")).toMatchObject({ name: "name-1", isCa: false });
  const stranger = mintJobScope(await insertAccount(), "test");
  expect(await readBundle(stranger, other?.id ?? "")).toBeNull();
});
