"use client";

import { useEffect, useState } from "react";
import { Button } from "./button";
import { Icon } from "./icon";

const SAID_MS = 2500;

type CopyButtonProps = { text: string; label: string };

/** Puts `text` on the clipboard and says so; `label` names what is copied: "Copy PEM". */
export function CopyButton({ text, label }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () => {
    // Without a secure connection the browser has no clipboard to write to.
    if (!navigator.clipboard) return setOutcome("refused");
    navigator.clipboard.writeText(text).then(
      () => setOutcome("copied"),
      () => setOutcome("refused"),
    );
  };
  const said = outcome === "copied" ? "Copied" : "Could not copy. Select the text instead.";
  return (
    <>
      <Button onClick={copy}>
        <Icon name={outcome === "copied" ? "check" : "copy"} />
        {outcome === null ? label : said}
      </Button>
      <span role="status" className="sr-only">
        {outcome === null ? "" : said}
      </span>
    </>
  );
}
