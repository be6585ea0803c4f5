type CodeBlockProps = { label: string; children: string };

/** Text of a machine, such as PEM. Long lines break; a long block scrolls down inside itself. */
export function CodeBlock({ label, children }: CodeBlockProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable to scroll it by keyboard
    <section aria-label={label} tabIndex={0} className="max-h-80 overflow-y-auto rounded-card border border-line bg-bg">
      <pre className="px-3.5 py-3 font-mono text-sm break-all whitespace-pre-wrap">{children}</pre>
    </section>
  );
}

/** A short piece of it inside a sentence: a fingerprint, a serial number. */
export function Code({ children }: { children: string }) {
  return <code className="font-mono text-sm break-all">{children}</code>;
}
