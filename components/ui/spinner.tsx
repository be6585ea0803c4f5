/** A small turning ring; decoration beside a word that says what is going on. */
export function Spinner() {
  return (
    <svg
      viewBox="0 0 16 16"
      className="size-3.5 shrink-0 animate-spin"
      fill="none"
      stroke="currentColor"
      aria-hidden="true"
    >
      <circle cx="8" cy="8" r="6" strokeWidth="2" opacity=".3" />
      <path d="M14 8a6 6 0 0 0-6-6" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
