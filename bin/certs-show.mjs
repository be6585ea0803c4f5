import { momentOf, reasonsOf } from "./certificate-words.mjs";
import { EXIT, Failure } from "./failure.mjs";
import { formatPairs } from "./table.mjs";

/** @param {any} tool @param {any} asked */
export async function run({ client, output }, { values, rest: [id] }) {
  const answer = await client.call("GET", `/certificates/${encodeURIComponent(id)}`);
  if (!answer.ok && answer.status === 404) throw new Failure(`There is no certificate with the id ${id}.`);
  if (!answer.ok) throw new Failure(answer.problem.detail);
  const certificate = answer.value;
  if (values.json) await output.json(certificate);
  else if (values.pem) await output.lines([certificate.pem, ...certificate.chain].map((pem) => pem.trimEnd()));
  else await output.lines(formatPairs(pairsOf(certificate), output.room));
  return EXIT.ok;
}

function pairsOf(certificate) {
  const { key_algorithm: algorithm, key_size: size, chain } = certificate;
  return [
    ["Name", certificate.name],
    ["Id", certificate.id],
    ["Status", certificate.status],
    ["May be deleted", certificate.may_be_deleted ? "yes" : `no. ${reasonsOf(certificate)}`],
    ["Expires", momentOf(certificate.not_after)],
    ["Valid from", momentOf(certificate.not_before)],
    ["Revoked", momentOf(certificate.revoked_at)],
    ["Subject", certificate.subject],
    ["Issuer", certificate.issuer],
    ["Other names", certificate.alternative_names.map(({ value }) => value).join(", ")],
    ["Serial", certificate.serial],
    ["SHA-256", certificate.fingerprint],
    ["Key", `${algorithm}${size === null ? "" : ` ${size}`}, signed with ${certificate.signature_algorithm}`],
    ["Key usage", [...certificate.key_usage, ...certificate.extended_key_usage].join(", ")],
    ["Authority", certificate.is_ca ? "yes" : "no"],
    ["Private key", certificate.has_private_key ? "kept here" : "none here"],
    ["Chain", chain.length === 0 ? "none" : `${chain.length} more`],
    ["Source", `${certificate.source}${certificate.is_sample ? " (sample)" : ""}`],
    ["Added", `${momentOf(certificate.added_at)} by ${certificate.added_by}`],
  ];
}
