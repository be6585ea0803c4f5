/** Why a file is refused; every refusal also carries a sentence for people. */
export const REFUSAL_REASONS = [
  "not_a_certificate",
  "bad_dates",
  "private_key",
  "password",
  "legacy",
  "unreadable_block",
  "too_large",
  "too_many_blocks",
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** The sentence says what is wrong and what to do; it never repeats anything that stands in the file. */
export type Refusal = { kind: "refused"; reason: RefusalReason; sentence: string };

export const FILE_BYTES_LIMIT = 10 * 1024 * 1024;
export const FILE_TOO_LARGE = "This file is larger than 10 MB. Split it and upload the parts.";
export const FILE_BLOCKS_LIMIT = 1_000;

export function refuse(reason: RefusalReason, sentence: string): Refusal {
  return { kind: "refused", reason, sentence };
}

/** Where in the file something stands: the file itself when it is the only block. */
export type Place = { block: number; blocks: number };

export function nameOf({ block, blocks }: Place): string {
  return blocks === 1 ? "This file" : `Block ${block} of ${blocks} in this file`;
}

/** A private key of a kind, or at a place, that cannot be taken in. `why` ends the sentence "This file holds a private key …". */
export function refusePrivateKey(why: string): Refusal {
  return refuse("private_key", `This file holds a private key ${why}`);
}

export function refusePassword(password: string): Refusal {
  return refuse(
    "password",
    password === ""
      ? "This file needs a password. Type it under Password and upload the file again."
      : "The password does not open this file. Type the right one under Password and upload the file again.",
  );
}

export function refuseUnreadable(place: Place): Refusal {
  return refuse(
    "unreadable_block",
    `${nameOf(place)} is damaged or cut short, so nothing of the file was added. Export it again from where it came.`,
  );
}

export function refuseBadDates(place: Place, which: "start" | "end"): Refusal {
  return refuse(
    "bad_dates",
    `${nameOf(place)} has ${which === "start" ? "a start" : "an end"} date that is no date a certificate may carry. Ask its issuer for a corrected certificate.`,
  );
}
