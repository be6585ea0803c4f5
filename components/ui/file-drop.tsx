"use client";

import { type ComponentProps, type DragEvent, useRef, useState } from "react";
import { classNames } from "./class-names";
import { Field, type FieldText } from "./field";
import { Icon } from "./icon";

type FileDropProps = FieldText &
  Omit<ComponentProps<"input">, "type" | "ref" | "onChange"> & { onFiles?: (files: File[]) => void };

/** Chooses files, or takes dropped ones. They stay in the input, so that a plain form sends them too. */
export function FileDrop({ label, hint, error, hideLabel, layout, id, onFiles, className: _, ...rest }: FileDropProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [names, setNames] = useState<string[]>([]);

  const take = (files: FileList | null) => {
    const chosen = Array.from(files ?? []);
    setNames(chosen.map((file) => file.name));
    onFiles?.(chosen);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!input.current || event.dataTransfer.files.length === 0) return;
    input.current.files = event.dataTransfer.files;
    take(event.dataTransfer.files);
  };

  return (
    <Field {...{ label, hint, error, id }} hideLabel={hideLabel ?? false} layout={layout ?? "stack"}>
      {(control) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra way; the file input inside is the real control
        <div
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
          className={classNames(
            "relative grid justify-items-center gap-1 rounded-card border border-dashed px-4 py-7 text-center transition-colors hover:border-accent has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-2 has-[:focus-visible]:outline-accent",
            over ? "border-accent bg-accent-soft" : "bg-surface",
            error ? "border-danger" : "border-control",
          )}
        >
          <Icon name="upload" className="size-5 text-accent" />
          <p aria-live="polite">
            <span className="font-medium">{chosenText(names)}</span>
            <br />
            <span className="text-muted">Drop files here or choose them</span>
          </p>
          <input
            multiple
            {...rest}
            {...control}
            ref={input}
            type="file"
            onChange={(event) => take(event.target.files)}
            className="absolute inset-0 size-full cursor-pointer opacity-0"
          />
        </div>
      )}
    </Field>
  );
}

function chosenText(names: string[]): string {
  const [first] = names;
  if (first === undefined) return "No files chosen";
  return names.length === 1 ? first : `${names.length.toLocaleString("en")} files chosen`;
}
