import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { fileSentence } from "./walk.mjs";

/** Files and octets of one request. Small ones keep the bar moving and let Ctrl-C take effect soon. */
const FILES_AT_ONCE = 40;
const BYTES_AT_ONCE = 1_000_000;
/** The server's own limits: files in a request, and octets of a file. */
const FILES_LIMIT = 100;
const FILE_LIMIT = 10 * 1024 * 1024;

/** @typedef {{ path: string, size: number }} Sized */

/**
 * Looks how large files are, and sets aside what the server would not take.
 * @param {string[]} files
 * @returns {Promise<{ sized: Sized[], refused: { file: string, reason: string }[] }>}
 */
export async function measure(files) {
  const sized = [];
  const refused = [];
  for (const file of files) {
    const reading = await orReason(() => stat(file));
    if (reading.reason !== undefined) refused.push({ file, reason: reading.reason });
    else if (reading.value.size > FILE_LIMIT) refused.push({ file, reason: tooLarge(reading.value.size) });
    else sized.push({ path: file, size: reading.value.size });
  }
  return { sized, refused };
}

/**
 * Cuts files into requests, in their order. "shop.pem" and "shop.key" beside it travel together, since a private key is
 * only taken beside its certificate.
 * @param {Sized[]} files
 * @returns {Sized[][]}
 */
export function batchesOf(files) {
  const batches = [];
  let batch = [];
  let bytes = 0;
  for (const file of files) {
    const belongs = batch.length > 0 && stemOf(batch.at(-1)) === stemOf(file);
    const most = belongs ? FILES_LIMIT : FILES_AT_ONCE;
    const room = belongs ? FILE_LIMIT : BYTES_AT_ONCE;
    if (batch.length > 0 && (batch.length >= most || bytes + file.size > room)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.size;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}

function stemOf(file) {
  return file.path.slice(0, file.path.length - path.extname(file.path).length);
}

/**
 * Reads files as the form of a request; what cannot be read is set aside.
 * @param {Sized[]} batch
 * @param {{ name?: string, password?: string }} fields
 */
export async function readForm(batch, fields) {
  const form = new FormData();
  const sent = [];
  const refused = [];
  for (const file of batch) {
    const reading = await orReason(() => readFile(file.path));
    const reason = reading.reason ?? (reading.value.length > FILE_LIMIT ? tooLarge(reading.value.length) : undefined);
    if (reason !== undefined) {
      refused.push({ file: file.path, reason });
      continue;
    }
    // Only what the file is called goes over the wire, not where it lies.
    form.append("files", new File([reading.value], path.basename(file.path)));
    sent.push(file);
  }
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, value);
  return { form, sent, refused };
}

async function orReason(read) {
  try {
    return { value: await read() };
  } catch (error) {
    return { reason: fileSentence(error) };
  }
}

function tooLarge(octets) {
  return `It is too large: ${(octets / 1024 / 1024).toFixed(1)} MB, and the server takes ${FILE_LIMIT / 1024 / 1024} MB.`;
}
