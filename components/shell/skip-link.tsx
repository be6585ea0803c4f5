/** The first stop of the Tab key: jumps over the navigation. */
export function SkipLink() {
  return (
    <a
      href="#content"
      className="fixed top-2 left-2 z-50 -translate-y-16 rounded-control bg-accent px-3 py-2 font-medium text-accent-text focus:translate-y-0"
    >
      Skip to content
    </a>
  );
}
