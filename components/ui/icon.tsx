const PATHS = {
  alert: "M8 2.2 14.6 13.6H1.4ZM8 6.4v3.4M8 11.4v.4",
  check: "m3 8.6 3.4 3.2L13 4.8",
  "chevron-down": "m4.5 6.5 3.5 3.5 3.5-3.5",
  "chevron-left": "M9.5 4.5 6 8l3.5 3.5",
  "chevron-right": "M6.5 4.5 10 8l-3.5 3.5",
  close: "m4 4 8 8M12 4l-8 8",
  copy: "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",
  eye: "M1.5 8C3 5 5.3 3.5 8 3.5S13 5 14.5 8C13 11 10.7 12.5 8 12.5S3 11 1.5 8ZM8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4",
  "eye-off":
    "M1.5 8C3 5 5.3 3.5 8 3.5S13 5 14.5 8C13 11 10.7 12.5 8 12.5S3 11 1.5 8ZM8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4M2.5 13.5l11-11",
  info: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M8 7.4v3.8M8 4.7v.4",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  minus: "M3.5 8h9",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  plus: "M3.5 8h9M8 3.5v9",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.4 10.4l3.2 3.2",
  "sort-down": "M8 3v10M4.5 9.5 8 13l3.5-3.5",
  "sort-up": "M8 13V3M4.5 6.5 8 3l3.5 3.5",
  upload: "M8 10.5V2.5M4.8 5.5 8 2.3l3.2 3.2M2.5 10.5v3h11v-3",
} as const;

type IconName = keyof typeof PATHS;

type IconProps = { name: IconName; className?: string };

/** A 16-unit line drawing in the colour of the text. Always decoration: the words beside it carry the meaning. */
export function Icon({ name, className = "size-3.5" }: IconProps) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "more" ? 2 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
