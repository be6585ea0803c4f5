import Link from "next/link";
import { classNames } from "./class-names";
import type { Href } from "./href";

type Choice = { key: string; label: string; count: string };
type LinkChoice = Choice & { href: Href };

const LIST = "flex flex-wrap gap-1";

function styleOf(current: boolean): string {
  return classNames(
    "inline-flex h-7 items-center gap-1.5 rounded-control px-2.5 text-[0.8125rem] font-medium",
    current ? "bg-accent-soft text-text" : "text-muted hover:bg-hover hover:text-text",
  );
}

/** Views of one list, each behind a link, with how many each holds. */
export function ChoiceLinks({ label, choices, current }: { label: string; choices: LinkChoice[]; current: string }) {
  return (
    <nav aria-label={label} className={LIST}>
      {choices.map((choice) => (
        <Link
          key={choice.key}
          href={choice.href}
          prefetch={false}
          scroll={false}
          aria-current={choice.key === current ? "true" : undefined}
          className={styleOf(choice.key === current)}
        >
          {choice.label} <span className="font-normal">{choice.count}</span>
        </Link>
      ))}
    </nav>
  );
}

type ChoiceButtonsProps<Key extends string> = {
  label: string;
  choices: (Choice & { key: Key })[];
  current: Key;
  onChoose: (key: Key) => void;
};

/** The same for a list that has no address of its own. */
export function ChoiceButtons<Key extends string>({ label, choices, current, onChoose }: ChoiceButtonsProps<Key>) {
  return (
    <fieldset className={LIST}>
      <legend className="sr-only">{label}</legend>
      {choices.map((choice) => (
        <button
          key={choice.key}
          type="button"
          aria-pressed={choice.key === current}
          onClick={() => onChoose(choice.key)}
          className={styleOf(choice.key === current)}
        >
          {choice.label} <span className="font-normal">{choice.count}</span>
        </button>
      ))}
    </fieldset>
  );
}
