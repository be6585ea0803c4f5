import { visibleText } from "@/lib/certificates/rules";

/** Characters of one value that stand on the page at once. */
const SHOWN = 400;

/** A value out of a certificate: hidden characters are shown, and a very long one opens on request. */
export function CertificateText({ text }: { text: string }) {
  const characters = Array.from(visibleText(text));
  if (characters.length <= SHOWN) return <bdi>{characters.join("")}</bdi>;
  return (
    <details className="group">
      <summary className="list-none [&::-webkit-details-marker]:hidden">
        <bdi className="group-open:hidden">{characters.slice(0, SHOWN).join("")}…</bdi>{" "}
        <span className="link whitespace-nowrap group-open:hidden">
          Show all {characters.length.toLocaleString("en")} characters
        </span>
        <span className="link hidden group-open:inline">Show less</span>
      </summary>
      <bdi>{characters.join("")}</bdi>
    </details>
  );
}

/** Several values, one a line; never links, since a stranger wrote them. */
export function CertificateTexts({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return <span className="text-muted">None</span>;
  return (
    <ul>
      {texts.map((text, position) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a value may stand there twice, and the list never changes
        <li key={position}>
          <CertificateText text={text} />
        </li>
      ))}
    </ul>
  );
}
