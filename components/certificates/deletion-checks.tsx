import Link from "next/link";
import type { Deletable } from "@/components/certificates/deletable";
import type { Looking } from "@/components/certificates/use-deletion-check";
import type { Check } from "@/components/ui/check-list";
import { STATUS_LABELS, visibleText } from "@/lib/certificates/rules";
import { formatDateTimeUtc, formatRelative } from "@/lib/dates/rules";
import { MOVED_ON_STATE } from "@/lib/deployments/rules";
import { listNames } from "@/lib/removal/rules";
import type { DeletionCheck } from "@/lib/removal/schema";

type SeenUse = DeletionCheck["uses"][number];
type SeenEndpoint = NonNullable<SeenUse["endpoint"]>;

/** Everything that was looked at before a certificate goes, how that came out, and what is still being looked at. */
export function deletionChecks(certificate: Deletable, now: Date, looking: Looking): Check[] {
  const { check, pendingBefore, isGoing, problem } = looking;
  const status = statusCheck(certificate, now);
  // What was known before is no answer.
  if (problem !== null) return [status];
  if (check === undefined && isGoing) return [status, { key: "uses", passed: null, text: progressSentence(looking) }];
  if (check === undefined)
    return [
      status,
      { key: "deployed", passed: true, text: "Not deployed anywhere" },
      { key: "synced", passed: true, text: "No active sync to any destination" },
    ];
  const sentenceOf = (blocker: string) => check.blockers.find((each) => each.blocker === blocker)?.sentence;
  const isLive = sentenceOf("still_valid");
  const synced = sentenceOf("synced");
  const shown = check.uses.map((use) => checkOf(use, { at: new Date(check.at), pendingBefore }));
  return [
    isLive === undefined ? status : { key: "status", passed: false, text: isLive },
    ...shown,
    ...restChecks(check, { isShown: shown.some(({ passed }) => passed !== true), deployed: sentenceOf("deployed") }),
    synced === undefined
      ? { key: "synced", passed: true, text: "No active sync to any destination" }
      : { key: "synced", passed: false, text: visibleText(synced) },
  ];
}

/** What is said while endpoints are looked at, and once that has ended. */
export function progressSentence({ check, pendingBefore, isGoing, problem }: Looking): string {
  if (problem !== null) return "";
  if (check === undefined) return isGoing ? "Asking what uses it…" : "";
  const pending = check.uses.filter((use) => isPending(use.endpoint, pendingBefore));
  if (isGoing) {
    const names = pending.map(({ name }) => name);
    return names.length === 0 ? "Checking…" : `Checking ${listNames(names)}…`;
  }
  return check.blockers.length === 0 ? "Checked: nothing is in the way." : "Checked: something is in the way.";
}

function isPending(endpoint: SeenUse["endpoint"], pendingBefore: string | null): boolean {
  if (endpoint === null || pendingBefore === null) return false;
  return endpoint.checkedAt === null || endpoint.checkedAt < pendingBefore;
}

/** One use as it was looked at: passed when it keeps nothing. */
export function checkOf(
  { id, kind, name, endpoint }: SeenUse,
  { at, pendingBefore }: { at: Date; pendingBefore: string | null },
): Check {
  const named = visibleText(name);
  if (endpoint === null) {
    const how = kind === "reported" ? "reported by its destination" : "noted by hand";
    return { key: id, passed: false, text: `In use by ${named}`, note: how };
  }
  if (isPending(endpoint, pendingBefore)) return { key: id, passed: null, text: `Checking ${named}…` };
  const passed = endpoint.state === MOVED_ON_STATE;
  return { key: id, passed, text: <EndpointSentence name={named} endpoint={endpoint} />, note: timesOf(endpoint, at) };
}

function EndpointSentence({ name, endpoint: { state, problem, served } }: { name: string; endpoint: SeenEndpoint }) {
  switch (state) {
    case "serving":
      return `${name} serves this certificate`;
    case "unreachable":
      return `${name} could not be reached. ${problem ?? ""} Until it answers, the certificate stays.`;
    case "never_checked":
      return `${name} has not been looked at yet`;
    case "moved_on": {
      if (served === null) return `${name} serves another certificate`;
      if (served.certificate === null)
        return `${name} serves another certificate, which is not in the inventory: SHA-256 ${served.fingerprint.slice(0, 16)}…`;
      return (
        <>
          {name} serves another certificate:{" "}
          <Link href={`/certificates/${served.certificate.id}`} prefetch={false} className="link">
            {visibleText(served.certificate.name)}
          </Link>
        </>
      );
    }
  }
}

/** "checked just now", and of what keeps the certificate since when it is so. */
function timesOf({ state, stateSince, checkedAt }: SeenEndpoint, at: Date): string | null {
  if (checkedAt === null) return null;
  const since = new Date(stateSince);
  const checked = `checked ${formatRelative(new Date(checkedAt), at)}`;
  return state === MOVED_ON_STATE ? checked : `${checked}, the same since ${formatDateTimeUtc(since)}`;
}

/** What is not shown one by one: services beyond the first, or that there are no others. */
function restChecks(
  { total, uses }: DeletionCheck,
  { isShown, deployed }: { isShown: boolean; deployed: string | undefined },
): Check[] {
  const rest = total - uses.length;
  const more: Check[] =
    rest > 0 ? [{ key: "more", passed: deployed === undefined, text: `And ${rest.toLocaleString("en")} more` }] : [];
  if (deployed === undefined) return [...more, { key: "deployed", passed: true, text: "Not deployed anywhere else" }];
  return isShown ? more : [...more, { key: "deployed", passed: false, text: visibleText(deployed) }];
}

function statusCheck(certificate: Deletable, now: Date): Check {
  const at = (moment: string) => new Date(moment);
  switch (certificate.status) {
    case "expired": {
      const notAfter = at(certificate.notAfter);
      return {
        key: "status",
        passed: true,
        text: `Expired ${formatRelative(notAfter, now)}`,
        note: formatDateTimeUtc(notAfter),
      };
    }
    case "revoked": {
      const revokedAt = at(certificate.revokedAt ?? certificate.notAfter);
      return {
        key: "status",
        passed: true,
        text: `Revoked ${formatRelative(revokedAt, now)}`,
        note: formatDateTimeUtc(revokedAt),
      };
    }
    case "valid":
    case "expiring":
    case "not_yet_valid": {
      const note = `${STATUS_LABELS[certificate.status]} until ${formatDateTimeUtc(at(certificate.notAfter))}`;
      return { key: "status", passed: true, text: "Uploaded, not issued here: may go at any time", note };
    }
  }
}
