import { content, type DerElement, tags } from "./asn1-element";

const utcTime = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/;
const generalizedTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/;

/**
 * A moment of a certificate's validity, or undefined when it is no date. As openssl reads them: seconds may be missing and an
 * offset may stand for Z. A fraction of a second is not a certificate's date (RFC 5280 §4.1.2.5.2).
 */
export function readValidityDate(element: DerElement): Date | undefined {
  const text = content(element).toString("latin1");
  if (element.tag === tags.utcTime) {
    const match = utcTime.exec(text);
    const year = Number(match?.[1]);
    // RFC 5280 §4.1.2.5.1: 50 to 99 are of the last century.
    return match === null ? undefined : toDate(year >= 50 ? 1900 + year : 2000 + year, match);
  }
  if (element.tag !== tags.generalizedTime) return undefined;
  const match = generalizedTime.exec(text);
  return match === null ? undefined : toDate(Number(match[1]), match);
}

function toDate(year: number, match: RegExpExecArray): Date | undefined {
  const [month, day, hour, minute, second] = match.slice(2, 7).map((part) => Number(part ?? 0));
  if (month === undefined || day === undefined || hour === undefined || minute === undefined || second === undefined)
    return undefined;
  const offset = offsetMinutes(match[7] ?? "Z");
  if (offset === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  // setUTCFullYear, because Date.UTC takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute - offset, second);
  // PostgreSQL knows no year 0, and a year above 9999 has no RFC 3339 form.
  const finalYear = date.getUTCFullYear();
  return finalYear >= 1 && finalYear <= 9999 ? date : undefined;
}

/** Minutes east of Greenwich; undefined for an offset that no clock has. */
function offsetMinutes(zone: string): number | undefined {
  if (zone === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3, 5));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
