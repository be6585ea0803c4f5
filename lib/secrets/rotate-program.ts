import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { closeDatabase } from "@/drizzle/client";
import { sealedPrivateKeys } from "@/lib/certificates/private-keys";
import { sealedCredentials } from "@/lib/destinations/credentials";
import { sealedAuthorityKeys } from "@/lib/issuers/authority-keys";
import { sealedAccounts } from "@/lib/issuers/sealed-accounts";
import { sealedWebhookSecrets } from "@/lib/notifications/webhooks";
import { sealedOrderKeys } from "@/lib/orders/sealed-keys";
import { keyIdOf } from "@/lib/secrets/encrypt";
import { keyRing } from "@/lib/secrets/keys";
import { type Resealed, reseal } from "@/lib/secrets/reseal";

const STORES = [
  ...[sealedPrivateKeys, sealedWebhookSecrets, sealedCredentials],
  ...[sealedAuthorityKeys, sealedAccounts, sealedOrderKeys],
];

/** A server may have sealed a secret with the old key just before it was changed, and writes it only now. */
const LATECOMERS_MS = 5_000;

/** The program behind `npm run rotate-key`. Ends with 1 when there are secrets that no key at hand opens. */
async function main(): Promise<number> {
  const rounds = [await resealAll()];
  await sleep(LATECOMERS_MS);
  rounds.push(await resealAll());
  const keyId = keyIdOf(keyRing()[0]);
  for (const { title } of STORES) {
    const resealed = sum(rounds.flat(), title);
    process.stdout.write(`${title} sealed again with key ${keyId}: ${resealed.toLocaleString("en")}\n`);
  }
  const unreadable = (rounds.at(-1) ?? []).filter((store) => store.unreadable > 0);
  for (const store of unreadable) {
    process.stderr.write(`${store.title} that cannot be opened: ${store.unreadable.toLocaleString("en")}\n`);
  }
  if (unreadable.length === 0) return 0;
  process.stderr.write(
    "They stay as they are. Set CERTSWEEP_ENCRYPTION_KEY_PREVIOUS to the key that sealed them and try again.\n",
  );
  return 1;
}

async function resealAll(): Promise<Resealed[]> {
  const done: Resealed[] = [];
  for (const store of STORES) done.push(await reseal(store));
  return done;
}

function sum(done: Resealed[], title: string): number {
  return done.filter((store) => store.title === title).reduce((total, { resealed }) => total + resealed, 0);
}

process.exitCode = await main().finally(closeDatabase);
