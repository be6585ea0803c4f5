/** The mark and the name of the product. */
export function Brand() {
  return (
    <span className="inline-flex items-center gap-2 text-lg font-semibold tracking-[-0.01em]">
      <svg
        viewBox="0 0 20 20"
        className="size-5 shrink-0 text-accent"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <circle cx="10" cy="8" r="5.5" />
        <path d="m7.6 8 1.8 1.8L12.8 6.4M6 13l-1.5 5M14 13l1.5 5M8.5 14 8 18M11.5 14l.5 4" />
      </svg>
      Certsweep
    </span>
  );
}
